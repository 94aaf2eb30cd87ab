import { sleep } from '@trimtab/protocol/shared';
import type { Clock } from '../../ports/clock.ts';

/** One key to watch: an image. */
export interface Watched {
  readonly key: string;
  /** How old what is read may be: what has not moved for so long has settled only then. */
  readonly lagMs: number;
}

export interface Settled<Reading> {
  /** The first and the last reading of the time in which nothing moved. */
  readonly first: Reading;
  readonly last: Reading;
  /** False when the limit came first. */
  readonly still: boolean;
}

interface Watch<Reading> extends Watched {
  first: Reading;
  last: Reading;
  movedAtMs: number;
  still: boolean;
}

/** Between two readings. Where the host tells late, most of them would find nothing new, and each may be a process. */
const INTERVAL_MS = 20;
const LATE_INTERVAL_MS = 250;
/** What has not moved for so long has settled: ext4 and xfs account a punched hole before fallocate returns. */
const STILL_MS = 100;

/**
 * Reads again and again, each time all that still moves, until everything holds still or the limit comes. A key that
 * the first reading does not give is left out of the result.
 */
export async function settle<Reading>({
  watched,
  read,
  isSame,
  clock,
  limitMs,
}: {
  watched: readonly Watched[];
  read: (keys: readonly string[]) => Promise<ReadonlyMap<string, Reading>>;
  isSame: (one: Reading, other: Reading) => boolean;
  clock: Clock;
  limitMs: number;
}): Promise<ReadonlyMap<string, Settled<Reading>>> {
  const startedMs = clock.monotonicMs();
  const firsts = await read(watched.map(({ key }) => key));
  const watches = watched.flatMap(({ key, lagMs }): Watch<Reading>[] => {
    const first = firsts.get(key);
    if (first === undefined) return [];
    return [{ key, lagMs, first, last: first, movedAtMs: clock.monotonicMs(), still: false }];
  });
  for (;;) {
    const moving = watches.filter(({ still }) => !still);
    if (moving.length === 0 || clock.monotonicMs() - startedMs >= limitMs) break;
    await sleep(clock, moving.some(({ lagMs }) => lagMs === 0) ? INTERVAL_MS : LATE_INTERVAL_MS);
    const readings = await read(moving.map(({ key }) => key));
    for (const watch of moving) note(watch, readings.get(watch.key) ?? watch.last);
  }
  return new Map(watches.map(({ key, first, last, still }) => [key, { first, last, still }]));

  function note(watch: Watch<Reading>, reading: Reading): void {
    const nowMs = clock.monotonicMs();
    const stillMs = isSame(watch.last, reading) ? nowMs - watch.movedAtMs : 0;
    if (stillMs === 0) watch.movedAtMs = nowMs;
    // Until the lag is over, what came late may still move the pool: only then the time begins in which nothing may.
    if (stillMs <= watch.lagMs) watch.first = reading;
    watch.last = reading;
    watch.still = stillMs >= watch.lagMs + STILL_MS;
  }
}
