import { toReason } from '@trimtab/protocol/shared';
import { createSharedReading } from '../../coordinate/shared-reading.ts';
import type { GuestLinks } from '../../link/guest-links.ts';
import type { Clock } from '../../ports/clock.ts';
import type { Log } from '../../ports/log.ts';
import type { SamplesStore } from '../../ports/store/samples.ts';
import { nameGuests } from './guests-seen.ts';
import { type LevelsDeps, levelsLeftToSurvey, readLevels } from './levels.ts';
import { type Overview, refreshOverview, toOverview } from './overview.ts';
import { createSampleWriter } from './sample-writer.ts';
import { everySoOften } from './steadily.ts';
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

interface Remembered {
  readonly surveyed: Surveyed;
  readonly overview: Overview;
  /** When the survey began. */
  readonly beganMs: number;
  /** How much was known to have changed when it began; and who was connected. */
  readonly changes: number;
  readonly guests: string;
  readonly isWhole: boolean;
}

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

  const surveyAnew = createSharedReading(async (): Promise<Remembered> => {
    const before = { beganMs: clock.monotonicMs(), changes, guests: nameGuests(links.guests()) };
    const surveyed = await surveyHost(deps);
    remembered = { ...before, surveyed, overview: toOverview(surveyed), isWhole: true };
    return remembered;
  });

  /** An age below 0 or beyond two surveys is that of a clock which was set, or of a host that slept. */
  function isStillSo({ overview, guests, isWhole, ...before }: Remembered): boolean {
    const ageMs = clock.now() - overview.surveyedAt;
    const isRecent = ageMs >= 0 && ageMs <= 2 * surveyEveryMs;
    return isRecent && isWhole && before.changes === changes && guests === nameGuests(links.guests());
  }

  function isSurveyDue({ beganMs, isWhole }: Remembered): boolean {
    // A timer may be some milliseconds early or late.
    return !isWhole || clock.monotonicMs() - beganMs >= surveyEveryMs - everyMs / 2;
  }

  /** What was seen last goes on being sampled, however long a survey takes. */
  async function surveyBeside(): Promise<void> {
    try {
      await surveyAnew();
      isBlind = false;
    } catch (error) {
      if (!isBlind) log.warn({ reason: toReason(error) }, 'the host cannot be surveyed; what was seen last is sampled');
      isBlind = true;
    }
  }

  async function sample(): Promise<void> {
    if (remembered === null) await surveyBeside();
    else if (isSurveyDue(remembered)) void surveyBeside();
    const last = remembered;
    if (last === null) return;
    const levels = await readLevels(deps, last.surveyed);
    const own = stored === last.surveyed ? [] : toSamples(last.surveyed, levelsLeftToSurvey(last.surveyed, levels));
    stored = last.surveyed;
    writer.add([...own, ...toSamples(last.surveyed, levels)]);
    // A survey that ended meanwhile is of a later moment.
    if (remembered !== last) return;
    remembered = { ...last, overview: refreshOverview(last.surveyed, levels), isWhole: levels.isWhole };
  }

  const sampling = everySoOften({ clock, everyMs, work: sample, onFailed: tellFailed });

  function tellFailed(error: unknown): void {
    log.error({ reason: toReason(error) }, 'pools and images could not be sampled');
  }

  return {
    ...createUsages({ clock, writer }),
    async overview({ now }) {
      if (!now && remembered !== null && isStillSo(remembered)) return remembered.overview;
      return (await surveyAnew()).overview;
    },
    outdate() {
      changes += 1;
    },
    start: sampling.start,
    async stop() {
      sampling.stop();
      await writer.stop();
    },
  };
}
