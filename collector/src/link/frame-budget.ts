import { type Bucket, createBucket, type Limit } from './bucket.ts';

/**
 * What a guest may send at once (an inventory, a backlog of reports) and in the long run; a busy trim sends a frame a
 * second.
 */
export const FRAMES: Limit = { atOnce: 1_500, aSecond: 20 };
export const BYTES: Limit = { atOnce: 8 * 1024 * 1024, aSecond: 256 * 1024 };

export interface FrameBudget {
  readonly frames: Bucket;
  readonly bytes: Bucket;
}

export function createFrameBudget(openedMs: number): FrameBudget {
  return { frames: createBucket(FRAMES, openedMs), bytes: createBucket(BYTES, openedMs) };
}

/** Is one more frame of this size within both limits now? */
export function spendFrame(
  { frames, bytes }: FrameBudget,
  { nowMs, frameBytes }: { readonly nowMs: number; readonly frameBytes: number },
): boolean {
  return frames.spend({ nowMs, amount: 1 }) && bytes.spend({ nowMs, amount: frameBytes });
}
