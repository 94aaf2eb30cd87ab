import { KEPT_MS, MOST_KEPT, STORED_AT_ONCE } from '../../../collector/src/conduct/watch/sample-writer.ts';
import { FIRST_AFTER_MS } from '../../../collector/src/conduct/watch/steadily.ts';
import { STANDS_AT_MOST_MS, SURVEY_PATIENCE_MS } from '../../../collector/src/conduct/watch/survey-for-guests.ts';
import { LEAST_BETWEEN_MS, MOST_FILESYSTEMS, PLACE_KEPT_MS } from '../../../collector/src/conduct/watch/usages.ts';
import { SAMPLES_A_SURVEY, SURVEYED_EVERY_MS } from '../../../collector/src/conduct/watch/watch.ts';
import { constant, type LimitSection, setting } from './limit.ts';

export const SAMPLES: LimitSection = {
  title: 'What is sampled',
  said: 'Levels of pools, images and filesystems.',
  limits: [
    setting({
      what: 'samples are so far apart',
      setting: 'sampleEvery',
      atIt: 'one that is due while the one before is under way is left out, and so are those that were missed',
    }),
    constant({
      what: 'the first sample after the start',
      file: 'collector/src/conduct/watch/steadily.ts',
      constants: { FIRST_AFTER_MS },
      atIt: 'what is asked before it has the host surveyed at once',
    }),
    constant({
      what: 'time between two surveys of the whole host; samples of its levels in between',
      file: 'collector/src/conduct/watch/watch.ts',
      constants: { SURVEYED_EVERY_MS, SAMPLES_A_SURVEY },
      atIt: 'it is surveyed anew, and what is older than two of them is not told',
    }),
    constant({
      what: 'time for a survey that guests who came or went ask for; how long one that took long stands meanwhile',
      file: 'collector/src/conduct/watch/survey-for-guests.ts',
      constants: { SURVEY_PATIENCE_MS, STANDS_AT_MOST_MS },
      atIt: 'what was surveyed before is told, with its age, and the survey goes on; the host is surveyed anew',
    }),
    constant({
      what: 'samples that are kept in memory while they cannot be stored; those that are stored at once then',
      file: 'collector/src/conduct/watch/sample-writer.ts',
      constants: { KEPT_MS, MOST_KEPT, STORED_AT_ONCE },
      atIt: 'the oldest are lost, and the log says how many; the others are stored in further pieces',
    }),
    constant({
      what: 'of one guest: time between two `usage`, filesystems, and how long one that was told of no more keeps its place',
      file: 'collector/src/conduct/watch/usages.ts',
      constants: { LEAST_BETWEEN_MS, MOST_FILESYSTEMS, PLACE_KEPT_MS },
      atIt: 'nothing is stored of what comes sooner, nor of further filesystems',
    }),
  ],
};
