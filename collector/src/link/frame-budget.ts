/** A guest may send this many frames at once (an inventory, a backlog of reports), … */
export const FRAMES_AT_ONCE = 1_500;
/** … and this many a second in the long run; a busy trim sends one a second. */
export const FRAMES_A_SECOND = 20;

/** A token bucket: `spend` says whether one more frame is within the limit now. */
export function createFrameBudget(nowMs: number) {
  let tokens = FRAMES_AT_ONCE;
  let at = nowMs;
  return {
    spend(now: number): boolean {
      tokens = Math.min(FRAMES_AT_ONCE, tokens + ((now - at) / 1000) * FRAMES_A_SECOND);
      at = now;
      if (tokens < 1) return false;
      tokens -= 1;
      return true;
    },
  };
}
