import { sleep } from '@trimtab/protocol/shared';
import type { Clock } from '../../ports/clock.ts';

/** One key to watch: an image. */
export interface Watched {
  readonly key: string;
  /** How old what is seen may be: what has not moved for so long has settled only then. */
  readonly lagMs: number;
}

export interface Settled<Look> {
  /** The first and the last look of the time in which nothing moved. */
  readonly first: Look;
  readonly last: Look;
  /** False when the limit came first. */
  readonly still: boolean;
}

interface Watch<Look> extends Watched {
  first: Look;
  last: Look;
  movedAtMs: number;
  still: boolean;
}

/** Between two looks; where the host tells late, many are for nothing, and may be a process each. */
const INTERVAL_MS = 20;
const LATE_INTERVAL_MS = 250;
/** What has not moved for so long has settled: ext4 and xfs account a punched hole before fallocate returns. */
const STILL_MS = 100;

/**
 * Looks again and again, each time at all that still moves, until everything holds still or the limit comes. A key that a look
 * does not give is left out of the result.
 */
export async function settle<Look>(options: {
  readonly watched: readonly Watched[];
  readonly look: (keys: readonly string[]) => Promise<ReadonlyMap<string, Look>>;
  readonly isSame: (one: Look, other: Look) => boolean;
  readonly clock: Clock;
  readonly limitMs: number;
}): Promise<ReadonlyMap<string, Settled<Look>>> {
  const { watched, look, isSame, clock, limitMs } = options;
  const startedMs = clock.monotonicMs();
  const firsts = await look(watched.map(({ key }) => key));
  const watches = watched.flatMap((of): Watch<Look>[] => {
    const first = firsts.get(of.key);
    return first === undefined ? [] : [{ ...of, first, last: first, movedAtMs: clock.monotonicMs(), still: false }];
  });
  for (;;) {
    const moving = watches.filter(({ still }) => !still);
    if (moving.length === 0 || clock.monotonicMs() - startedMs >= limitMs) break;
    await sleep(clock, moving.some(({ lagMs }) => lagMs === 0) ? INTERVAL_MS : LATE_INTERVAL_MS);
    const seen = await look(moving.map(({ key }) => key));
    for (const watch of moving) note(watch, seen.get(watch.key) ?? watch.last);
  }
  return new Map(watches.map(({ key, first, last, still }) => [key, { first, last, still }]));

  function note(watch: Watch<Look>, seen: Look): void {
    const nowMs = clock.monotonicMs();
    const stillMs = isSame(watch.last, seen) ? nowMs - watch.movedAtMs : 0;
    if (stillMs === 0) watch.movedAtMs = nowMs;
    // Until the lag is over, what came late may still move the pool: only then the time begins in which nothing may.
    if (stillMs <= watch.lagMs) watch.first = seen;
    watch.last = seen;
    watch.still = stillMs >= watch.lagMs + STILL_MS;
  }
}
