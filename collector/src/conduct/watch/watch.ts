import { toReason } from '@trimtab/protocol/shared';
import { createSharedReading } from '../../coordinate/shared-reading.ts';
import type { GuestLinks } from '../../link/guest-links.ts';
import type { Clock } from '../../ports/clock.ts';
import type { Log } from '../../ports/log.ts';
import type { SamplesStore } from '../../ports/store/samples.ts';
import { nameGuests } from './guests-seen.ts';
import { type LevelsDeps, levelsLeftToSurvey, readLevels } from './levels.ts';
import { type Overview, refreshOverview, toOverview } from './overview.ts';
import { type Before, compareWithNow, type Remembered } from './remembered.ts';
import { createSampleWriter } from './sample-writer.ts';
import { everySoOften } from './steadily.ts';
import { createRecall } from './survey-for-guests.ts';
import { type Surveyed, type SurveyedDeps, surveyHost } from './surveyed.ts';
import { toSamples } from './to-samples.ts';
import { createUsages, type Usages } from './usages.ts';

/** The host is surveyed anew so seldom, or after so many samples: the process of each guest is read for it. */
export const SURVEYED_EVERY_MS = 5 * 60_000;
export const SAMPLES_A_SURVEY = 5;

export interface WatchDeps extends SurveyedDeps, LevelsDeps {
  readonly clock: Clock;
  readonly log: Log;
  readonly links: Pick<GuestLinks, 'guests'>;
  readonly store: Pick<SamplesStore, 'addSamples'>;
  readonly everyMs: number;
}

export interface Watch extends Usages {
  /**
   * The host as it was sampled last; surveyed anew for `now`, and where what is remembered is known to be no longer so.
   * Rejects as the survey does.
   */
  overview(asked: { readonly now: boolean }): Promise<Overview>;
  /** What is remembered is no longer so: a trim or a repair changed it. */
  outdate(): void;
  /** Samples from now on. */
  start(): void;
  stop(): Promise<void>;
}

const BLIND = 'the host cannot be surveyed; what was seen last is sampled';
const NOT_SAMPLED = 'pools and images could not be sampled';

/** Samples the pools and images of this host steadily, and remembers what it saw. */
export function createWatch(deps: WatchDeps): Watch {
  const { clock, log, links, everyMs } = deps;
  const surveyEveryMs = Math.max(everyMs, Math.min(SURVEYED_EVERY_MS, SAMPLES_A_SURVEY * everyMs));
  const writer = createSampleWriter(deps);
  let remembered: Remembered | null = null;
  /** The last survey whose own levels were stored. */
  let stored: Surveyed | null = null;
  let changes = 0;
  let isBlind = false;
  let isSurveying = false;
  let isStopped = false;

  const present = (): Before => ({ beganMs: clock.monotonicMs(), changes, guests: nameGuests(links.guests()) });

  const surveyAnew = createSharedReading(async (): Promise<Remembered> => {
    const before = present();
    const surveyed = await surveyHost(deps);
    const after = { endedMs: clock.monotonicMs(), overview: toOverview(surveyed), isWhole: true };
    remembered = { ...before, ...after, surveyed };
    return remembered;
  });
  const compare = (last: Remembered) =>
    compareWithNow(last, { ...present(), now: clock.now(), mostMs: 2 * surveyEveryMs });
  const recall = createRecall({ clock, surveyAnew, compare });

  function isSurveyDue({ beganMs, isWhole }: Remembered): boolean {
    // A timer may be some milliseconds early or late.
    return !isWhole || clock.monotonicMs() - beganMs >= surveyEveryMs - everyMs / 2;
  }

  /** What was seen last goes on being sampled, however long a survey takes. */
  async function surveyBeside(): Promise<void> {
    if (isSurveying) return;
    isSurveying = true;
    try {
      await surveyAnew();
      isBlind = false;
    } catch (error) {
      if (!isBlind) log.warn({ reason: toReason(error) }, BLIND);
      isBlind = true;
    } finally {
      isSurveying = false;
    }
  }

  async function sample(): Promise<void> {
    if (remembered === null) await surveyBeside();
    else if (isSurveyDue(remembered)) void surveyBeside();
    const last = remembered;
    if (last === null) return;
    const levels = await readLevels(deps, last.surveyed);
    const own = stored === last.surveyed ? [] : toSamples(last.surveyed, levelsLeftToSurvey(last.surveyed, levels));
    if (isStopped) return;
    stored = last.surveyed;
    writer.add([...own, ...toSamples(last.surveyed, levels)]);
    // A survey that ended meanwhile is of a later moment.
    if (remembered !== last) return;
    remembered = { ...last, overview: refreshOverview(last.surveyed, levels), isWhole: levels.isWhole };
  }

  const onFailed = (error: unknown) => log.error({ reason: toReason(error) }, NOT_SAMPLED);
  const sampling = everySoOften({ clock, everyMs, work: sample, onFailed });

  return {
    ...createUsages({ clock, writer }),
    overview: async ({ now }) => (await recall(now ? null : remembered)).overview,
    outdate() {
      changes += 1;
    },
    start: sampling.start,
    async stop() {
      isStopped = true;
      sampling.stop();
      await writer.stop();
    },
  };
}
