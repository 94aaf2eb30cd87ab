export const FIRST_DELAY_MS = 1_000;
export const LONGEST_DELAY_MS = 600_000;

/**
 * How long to wait after so many failures in a row: twice as long each time, and between half of that and all of it, so
 * that many hosts do not come back to one receiver together. `random` is from 0 to 1.
 */
export function delayAfter({ failures, random }: { readonly failures: number; readonly random: number }): number {
  const whole = Math.min(LONGEST_DELAY_MS, FIRST_DELAY_MS * 2 ** Math.min(failures - 1, 30));
  return whole * (0.5 + random / 2);
}
