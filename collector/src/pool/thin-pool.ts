import type { PoolState } from '../model/pool.ts';
import type { ThinPool } from '../model/volumes.ts';

/** An LVM thin pool as a pool. */
export function describeThinPool(pool: ThinPool): Omit<PoolState, 'capacityBytes' | 'allocationBytes' | 'overcommit'> {
  const { key, sizeBytes, usedBytes, metadata, chunkBytes, discards, whenFull } = pool;
  return {
    key,
    kind: 'lvm-thin',
    sizeBytes,
    freeBytes: Math.max(0, sizeBytes - usedBytes),
    metadata,
    chunkBytes,
    discards,
    whenFull: whenFull === null ? 'not known' : WHEN_FULL[whenFull],
    nfsVersion: null,
    // A thin snapshot shares chunks with its origin.
    reflink: true,
  };
}

/**
 * lvmthin(7), errorwhenfull: by default writes wait, for the no_space_timeout of the module dm_thin_pool, and then
 * fail.
 */
const WHEN_FULL = { error: 'errors', queue: 'queues, then errors' } as const;
