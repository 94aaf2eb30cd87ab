export interface Limit {
  readonly atOnce: number;
  readonly aSecond: number;
}

/** Tokens that are spent, and come back with time. */
export interface Bucket {
  spend(call: { readonly nowMs: number; readonly amount: number }): boolean;
  /** Nothing of it is spent: a new one would be the same. */
  isFull(nowMs: number): boolean;
}

export function createBucket({ atOnce, aSecond }: Limit, openedMs: number): Bucket {
  let tokens = atOnce;
  let filledMs = openedMs;

  function fill(nowMs: number): void {
    tokens = Math.min(atOnce, tokens + ((nowMs - filledMs) / 1000) * aSecond);
    filledMs = nowMs;
  }

  return {
    spend({ nowMs, amount }) {
      fill(nowMs);
      if (tokens < amount) return false;
      tokens -= amount;
      return true;
    },
    isFull(nowMs) {
      fill(nowMs);
      return tokens === atOnce;
    },
  };
}
