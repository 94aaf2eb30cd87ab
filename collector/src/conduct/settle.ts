import type { Clock } from '../ports/clock.ts';

/** Between two looks; one stat(2) an image. */
const INTERVAL_MS = 20;
/** An allocation that has not moved for so long has settled: ext4 and xfs account a punched hole before fallocate returns. */
const STILL_MS = 100;

export interface Settled<Look> {
  /** The first and the last look of the time in which nothing moved. */
  readonly first: Look;
  readonly last: Look;
  /** False when the limit came first. */
  readonly still: boolean;
}

/** Looks again and again until what it sees holds still, or the limit comes. */
export async function settle<Look extends { readonly takenAt: number }>(options: {
  readonly look: () => Promise<Look>;
  readonly isSame: (one: Look, other: Look) => boolean;
  readonly clock: Clock;
  readonly limitMs: number;
}): Promise<Settled<Look>> {
  const { look, isSame, clock, limitMs } = options;
  const startedMs = clock.monotonicMs();
  let first = await look();
  let stillSinceMs = clock.monotonicMs();
  for (;;) {
    await sleep(clock, INTERVAL_MS);
    const last = await look();
    const nowMs = clock.monotonicMs();
    if (!isSame(first, last)) {
      first = last;
      stillSinceMs = nowMs;
    }
    if (nowMs - stillSinceMs >= STILL_MS) return { first, last, still: true };
    if (nowMs - startedMs >= limitMs) return { first, last, still: false };
  }
}

function sleep(clock: Clock, delayMs: number): Promise<void> {
  return new Promise((resolve) => {
    clock.after(delayMs, resolve);
  });
}
