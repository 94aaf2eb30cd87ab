import type { Clock } from '../ports/clock.ts';

/** So long as many guests as before are connected. */
export const REST_MS = 10_000;
/** Fewer leave too little for a collector to stop for. */
export const MANY_GUESTS = 256;

const CHECKS_A_REST = 2;
/** At the second rest what was made for all who came, such as an overview of them, is over as well. */
const RELEASES = 2;

/**
 * What it took to start, to greet many guests, and what those who have left had, is given back once nobody comes or
 * leaves any more, and once more after that: V8 would keep it, and a collector that waits never needs it again. Call
 * what it returns to end that.
 */
export function releaseAtRest({
  clock,
  countGuests,
  release,
}: {
  clock: Pick<Clock, 'after'>;
  /** Those that are connected. */
  countGuests: () => number;
  release: () => void;
}): () => void {
  let stop = () => {};
  let before = 0;
  let atRelease: number | null = null;
  let stillFor = 0;
  let left = 0;

  function check(): void {
    const now = countGuests();
    stillFor = now === before ? stillFor + 1 : 0;
    before = now;
    if (stillFor > 0 && stillFor % CHECKS_A_REST === 0) rest(now);
    arm();
  }

  function rest(now: number): void {
    if (atRelease === null || Math.abs(now - atRelease) >= MANY_GUESTS) [atRelease, left] = [now, RELEASES];
    if (left > 0) release();
    left = Math.max(0, left - 1);
  }

  function arm(): void {
    stop = clock.after(REST_MS / CHECKS_A_REST, check);
  }

  arm();
  return () => stop();
}
