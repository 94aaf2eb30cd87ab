/** The shortest stretch whose growth tells of a pause. */
const STRETCH_DAYS = 28;

/** A growth that stops for a while, as one that has been going for so long may. */
export interface Pause {
  /** The probability that it has just stopped. */
  readonly probability: number;
  /** The median of how long it then stays so; it is longer than x with a probability of median / (median + x). */
  readonly medianDays: number;
}

/**
 * What no history shows of itself: that it is over. Of a growth that went on for n stretches, the next one is none with
 * a probability of 1 / (n + 1), as Laplace had it, if nothing else is known. Here something is: the less alike the
 * stretches are, the less one more of them follows, so that it counts by their unlikeness. How long it lasts is known
 * from nothing but the age of what stopped (Gott 1993: the one is longer than the other in half of all cases).
 */
export function toPause({ knownDays, unlike }: { knownDays: number; unlike: number }): Pause {
  return { probability: unlike / (knownDays / STRETCH_DAYS + unlike), medianDays: knownDays };
}

/** In whole days, 0 where it goes on. */
export function drawPause({ probability, medianDays }: Pause, draw: () => number): number {
  if (draw() >= probability) return 0;
  return Math.floor(medianDays * (1 / (1 - draw()) - 1));
}
