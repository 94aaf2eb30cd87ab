const LEAST_MS = 1_000;
export const MOST_MS = 60_000;

/**
 * How long to wait before connecting for the (`failures` + 1)-th time in a row: anywhere between one second and a bound
 * that doubles from 2 s to 60 s, so that the guests of a host that comes back do not come back together.
 */
export function backoffMs({ failures, random }: { failures: number; random: () => number }): number {
  const boundMs = Math.min(MOST_MS, 2 * LEAST_MS * 2 ** Math.min(failures, 30));
  return Math.round(LEAST_MS + random() * Math.max(0, boundMs - LEAST_MS));
}

/** For a host that would only refuse again: the upper half of the longest wait. */
export function slowBackoffMs({ random }: { random: () => number }): number {
  return Math.round(MOST_MS / 2 + (random() * MOST_MS) / 2);
}
