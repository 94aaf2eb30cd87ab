import type { Clock } from '../ports/clock.ts';

/** So many times as long as it took an answer stands, and no longer than this in any case. */
export const STANDS_TIMES = 4;
export const STANDS_AT_MOST_MS = 2_000;

/**
 * Answers that may cost much, and are asked for again and again: no more than a fifth of this process goes into them,
 * however many ask. An answer that took 5 ms stands for 20; one that took a third of a second, for more than one.
 * `make` is a shared reading (shared-reading.ts).
 */
export function createSeldom<Value>({
  clock,
  make,
}: {
  readonly clock: Pick<Clock, 'monotonicMs'>;
  readonly make: () => Promise<Value>;
}): () => Promise<Value> {
  let last: { readonly value: Value; readonly untilMs: number } | null = null;

  return async () => {
    const askedMs = clock.monotonicMs();
    if (last !== null && askedMs < last.untilMs) return last.value;
    const value = await make();
    const madeMs = clock.monotonicMs();
    last = { value, untilMs: madeMs + Math.min(STANDS_TIMES * (madeMs - askedMs), STANDS_AT_MOST_MS) };
    return value;
  };
}
