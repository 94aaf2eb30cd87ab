import { CALM_MS, LEAST_DOUBLED_MS, LONGEST_END_MS } from '../../../collector/src/alert/restlessness.ts';
import { MOST_COUNTED_MS, UNSEEN_MS } from '../../../collector/src/alert/step-alert.ts';
import { SILENCES_KEPT } from '../../../collector/src/conduct/alerts/alerts-desk.ts';
import { LONGEST_SILENCE_MS, WORDS_LIMIT } from '../../../collector/src/model/silence.ts';
import { ENDED_KEPT } from '../../../collector/src/ports/store/alerts.ts';
import { constant, type LimitSection } from './limit.ts';

export const ALERTS: LimitSection = {
  title: 'Alerts',
  said: 'What people are warned of, and how often.',
  limits: [
    constant({
      what: 'alerts that are over',
      file: 'collector/src/ports/store/alerts.ts',
      constants: { ENDED_KEPT },
      atIt: 'the one that ended first goes',
    }),
    constant({
      what: 'silences that have not ended',
      file: 'collector/src/conduct/alerts/alerts-desk.ts',
      constants: { SILENCES_KEPT },
      atIt: 'another one is refused with `too-many-silences`; a pattern with `*` fits many subjects',
    }),
    constant({
      what: 'how long a silence lasts; characters of who made it, and of why',
      file: 'collector/src/model/silence.ts',
      constants: { LONGEST_SILENCE_MS, WORDS_LIMIT },
      atIt: 'it is refused',
    }),
    constant({
      what: 'time between two looks of the collector that counts as time looked at; time that nobody can tell of a subject',
      file: 'collector/src/alert/step-alert.ts',
      constants: { MOST_COUNTED_MS, UNSEEN_MS },
      atIt: 'a longer pause does not count; the alert ends',
    }),
    constant({
      what: 'time after an end in which a new start is restless; how long an end of such takes at least, before it is doubled, and at the most',
      file: 'collector/src/alert/restlessness.ts',
      constants: { CALM_MS, LEAST_DOUBLED_MS, LONGEST_END_MS },
      atIt: 'with each such start the end takes twice as long',
    }),
  ],
};
