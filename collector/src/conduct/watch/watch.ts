import { toReason } from '@trimtab/protocol/shared';
import { createSharedReading } from '../../coordinate/shared-reading.ts';
import type { GuestLinks } from '../../link/guest-links.ts';
import type { Clock } from '../../ports/clock.ts';
import type { Log } from '../../ports/log.ts';
import type { SamplesStore } from '../../ports/store/samples.ts';
import { nameGuests } from './guests-seen.ts';
import { type LevelsDeps, levelsLeftToLook, readLevels } from './levels.ts';
import { type Look, type LookDeps, lookAtHost } from './look.ts';
import { type Overview, refreshOverview, toOverview } from './overview.ts';
import { createSampleWriter } from './sample-writer.ts';
import { everySoOften } from './steadily.ts';
import { toSamples } from './to-samples.ts';

/** The host is looked at anew so seldom, or after so many samples: the process of each guest is read for it. */
export const LOOKED_EVERY_MS = 5 * 60_000;
export const SAMPLES_A_LOOK = 5;

export interface WatchDeps extends LookDeps, LevelsDeps {
  readonly clock: Clock;
  readonly log: Log;
  readonly links: Pick<GuestLinks, 'guests'>;
  readonly store: Pick<SamplesStore, 'addSamples'>;
  readonly everyMs: number;
}

export interface Watch {
  /**
   * The host as it was sampled last; looked at anew for `now`, and where what is remembered is known to be no longer so.
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
  readonly look: Look;
  readonly overview: Overview;
  /** When the look began. */
  readonly beganMs: number;
  /** How much was known to have changed when it began; and who was connected. */
  readonly changes: number;
  readonly guests: string;
  readonly isWhole: boolean;
}

/** Samples the pools and images of this host steadily, and remembers what it saw. */
export function createWatch(deps: WatchDeps): Watch {
  const { clock, log, links, everyMs } = deps;
  const lookEveryMs = Math.max(everyMs, Math.min(LOOKED_EVERY_MS, SAMPLES_A_LOOK * everyMs));
  const writer = createSampleWriter(deps);
  let remembered: Remembered | null = null;
  /** The last look whose own levels were stored. */
  let stored: Look | null = null;
  let changes = 0;
  let isBlind = false;

  const lookAnew = createSharedReading(async (): Promise<Remembered> => {
    const before = { beganMs: clock.monotonicMs(), changes, guests: nameGuests(links.guests()) };
    const look = await lookAtHost(deps);
    remembered = { ...before, look, overview: toOverview(look), isWhole: true };
    return remembered;
  });

  /** An age below 0 or beyond two looks is that of a clock which was set, or of a host that slept. */
  function isStillSo({ overview, guests, isWhole, ...before }: Remembered): boolean {
    const ageMs = clock.now() - overview.surveyedAt;
    const isRecent = ageMs >= 0 && ageMs <= 2 * lookEveryMs;
    return isRecent && isWhole && before.changes === changes && guests === nameGuests(links.guests());
  }

  function isLookDue({ beganMs, isWhole }: Remembered): boolean {
    // A timer may be some milliseconds early or late.
    return !isWhole || clock.monotonicMs() - beganMs >= lookEveryMs - everyMs / 2;
  }

  /** What was seen last goes on being sampled, however long a look takes. */
  async function lookBeside(): Promise<void> {
    try {
      await lookAnew();
      isBlind = false;
    } catch (error) {
      if (!isBlind)
        log.warn({ reason: toReason(error) }, 'the host cannot be looked at; what was seen last is sampled');
      isBlind = true;
    }
  }

  async function sample(): Promise<void> {
    if (remembered === null) await lookBeside();
    else if (isLookDue(remembered)) void lookBeside();
    const last = remembered;
    if (last === null) return;
    const levels = await readLevels(deps, last.look);
    const own = stored === last.look ? [] : toSamples(last.look, levelsLeftToLook(last.look, levels));
    stored = last.look;
    writer.add([...own, ...toSamples(last.look, levels)]);
    // A look that ended meanwhile is of a later moment.
    if (remembered !== last) return;
    remembered = { ...last, overview: refreshOverview(last.look, levels), isWhole: levels.isWhole };
  }

  const sampling = everySoOften({ clock, everyMs, work: sample, onFailed: tellFailed });

  function tellFailed(error: unknown): void {
    log.error({ reason: toReason(error) }, 'pools and images could not be sampled');
  }

  return {
    async overview({ now }) {
      if (!now && remembered !== null && isStillSo(remembered)) return remembered.overview;
      return (await lookAnew()).overview;
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
