interface Limit {
  readonly atOnce: number;
  readonly aSecond: number;
}

/** What a guest may send at once (an inventory, a backlog of reports) and in the long run; a busy trim sends a frame a second. */
export const FRAMES: Limit = { atOnce: 1_500, aSecond: 20 };
export const BYTES: Limit = { atOnce: 8 * 1024 * 1024, aSecond: 256 * 1024 };

/** Two token buckets: `spend` says whether one more frame of this size is within both limits now. */
export function createFrameBudget(nowMs: number) {
  const frames = createBucket(FRAMES, nowMs);
  const bytes = createBucket(BYTES, nowMs);
  return {
    spend: (now: number, frameBytes: number): boolean => frames.spend(now, 1) && bytes.spend(now, frameBytes),
  };
}

function createBucket({ atOnce, aSecond }: Limit, nowMs: number) {
  let tokens = atOnce;
  let at = nowMs;
  return {
    spend(now: number, amount: number): boolean {
      tokens = Math.min(atOnce, tokens + ((now - at) / 1000) * aSecond);
      at = now;
      if (tokens < amount) return false;
      tokens -= amount;
      return true;
    },
  };
}
