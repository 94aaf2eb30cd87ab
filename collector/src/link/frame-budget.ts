interface Limit {
  readonly atOnce: number;
  readonly aSecond: number;
}

/**
 * What a guest may send at once (an inventory, a backlog of reports) and in the long run; a busy trim sends a frame a
 * second.
 */
export const FRAMES: Limit = { atOnce: 1_500, aSecond: 20 };
export const BYTES: Limit = { atOnce: 8 * 1024 * 1024, aSecond: 256 * 1024 };

/** Two token buckets: `spend` says whether one more frame of this size is within both limits now. */
export function createFrameBudget(openedMs: number) {
  const frames = createBucket(FRAMES, openedMs);
  const bytes = createBucket(BYTES, openedMs);
  return {
    spend: ({ nowMs, frameBytes }: { readonly nowMs: number; readonly frameBytes: number }): boolean =>
      frames.spend({ nowMs, amount: 1 }) && bytes.spend({ nowMs, amount: frameBytes }),
  };
}

function createBucket({ atOnce, aSecond }: Limit, openedMs: number) {
  let tokens = atOnce;
  let filledMs = openedMs;
  return {
    spend({ nowMs, amount }: { readonly nowMs: number; readonly amount: number }): boolean {
      tokens = Math.min(atOnce, tokens + ((nowMs - filledMs) / 1000) * aSecond);
      filledMs = nowMs;
      if (tokens < amount) return false;
      tokens -= amount;
      return true;
    },
  };
}
