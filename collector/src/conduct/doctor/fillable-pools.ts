import type { FillablePool } from '../../model/doctor.ts';
import { type PoolState, sortByFullness } from '../../model/pool.ts';

/** Those in which the images may grow by more than is free, the fullest first. The host alone proves it. */
export function findFillable(pools: readonly PoolState[]): readonly FillablePool[] {
  return sortByFullness(pools)
    .filter(({ capacityBytes, allocationBytes, freeBytes }) => capacityBytes - allocationBytes > freeBytes)
    .map(({ key, kind, sizeBytes, freeBytes, capacityBytes, allocationBytes, overcommit }) => ({
      key,
      kind,
      sizeBytes,
      freeBytes,
      capacityBytes,
      allocationBytes,
      overcommit,
    }));
}
