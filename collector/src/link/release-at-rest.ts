import type { Clock } from '../ports/clock.ts';

/** So long as many guests as before are connected. */
export const REST_MS = 10_000;
/** Fewer leave too little for a collector to stop for. */
export const MANY_GUESTS = 256;

/**
 * What it took to start, to greet many guests, and what those who have left had, is given back once nobody comes or
 * leaves any more: V8 would keep it, and a collector that waits never needs it again. Call what it returns to end that.
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

  function check(): void {
    const now = countGuests();
    if (now === before && (atRelease === null || Math.abs(now - atRelease) >= MANY_GUESTS)) {
      atRelease = now;
      release();
    }
    before = now;
    stop = clock.after(REST_MS, check);
  }

  stop = clock.after(REST_MS, check);
  return () => stop();
}
