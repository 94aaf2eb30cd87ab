import { type Bucket, createBucket, type Limit } from './bucket.ts';

/** Whoever makes up more keys than this only begins anew; what all have together is bounded besides. */
export const BUCKETS_KEPT = 10_000;

/** Looked at for each new key: more than come in, so that those which are full do not pile up. */
const SWEPT_AT_ONCE = 2;

/** A bucket for each key, which outlives connections: who comes anew goes on with what was left. */
export function createSharedBuckets(limit: Limit) {
  const buckets = new Map<string, Bucket>();

  function sweep(nowMs: number): void {
    for (let swept = 0; swept < SWEPT_AT_ONCE; swept += 1) {
      const [oldest] = buckets;
      if (oldest === undefined) return;
      const [key, bucket] = oldest;
      buckets.delete(key);
      // Those that are in use go to the end of the line.
      if (!bucket.isFull(nowMs) && buckets.size < BUCKETS_KEPT) buckets.set(key, bucket);
    }
  }

  return {
    of(key: string, nowMs: number): Bucket {
      const known = buckets.get(key);
      if (known !== undefined) return known;
      sweep(nowMs);
      const bucket = createBucket(limit, nowMs);
      buckets.set(key, bucket);
      return bucket;
    },
    size: () => buckets.size,
  };
}

export type SharedBuckets = ReturnType<typeof createSharedBuckets>;
