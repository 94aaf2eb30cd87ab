import type { Timing } from './rule.ts';

/** What begins anew within that time of its end is restless. */
export const CALM_MS = 24 * 3_600_000;

/** However restless: not longer than this. */
export const LONGEST_END_MS = 24 * 3_600_000;
/** At least a minute, so that what ends at once can be made slower by doubling. */
export const LEAST_DOUBLED_MS = 15 * 60_000;

/** How what goes to and fro is made quiet: with each new start within a day, its end takes twice as long. */
export const restlessness = {
  endAfterMs({ endAfterMs }: Timing, restarts: number): number {
    if (restarts === 0) return endAfterMs;
    return Math.min(LONGEST_END_MS, Math.max(endAfterMs, LEAST_DOUBLED_MS) * 2 ** restarts);
  },
  /** After so much more time without an alert. */
  afterCalm(
    { calmMs, restarts }: { readonly calmMs: number | null; readonly restarts: number },
    elapsedMs: number,
  ): { readonly calmMs: number | null; readonly restarts: number } {
    if (calmMs === null || calmMs + elapsedMs >= CALM_MS) return { calmMs: null, restarts: 0 };
    return { calmMs: calmMs + elapsedMs, restarts };
  },
};
