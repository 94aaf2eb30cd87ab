/** What a pool is, without its numbers: what a cause may rest on. */
export type PoolFacts = Pick<PoolState, 'kind' | 'nfsVersion' | 'reflink' | 'chunkBytes' | 'discards'> & {
  /**
   * The thin storage that a filesystem of this host lies on itself: `the thin pool vg-pool`; null, or left out, where
   * none is known.
   */
  readonly thinBelow?: string | null;
};

/** What stores images and can run full: a host filesystem or an LVM thin pool. */
export interface PoolState {
  /** Unique on this host: the mount point, or `VG/POOL`. */
  readonly key: string;
  /** `ext4`, `xfs`, `nfs4` …, or `lvm-thin`. */
  readonly kind: string;
  readonly sizeBytes: number;
  readonly freeBytes: number;
  /** Sum of the capacities of the images in it; an image that two guests share counts once. */
  readonly capacityBytes: number;
  /** Sum of their allocations, backing files included once. */
  readonly allocationBytes: number;
  /** capacityBytes over sizeBytes. */
  readonly overcommit: number;
  /** Of a thin pool: running out of it is as bad as running out of room for data. */
  readonly metadata: { readonly sizeBytes: number; readonly usedBytes: number } | null;
  readonly chunkBytes: number | null;
  /** Of a thin pool: what it does with discards (lvmthin(7)). */
  readonly discards: 'ignore' | 'nopassdown' | 'passdown' | null;
  /** What happens to writers when it is full: `errors`, `queues, then errors`, `ENOSPC: QEMU pauses the guest`. */
  readonly whenFull: string;
  /** NFS below 4.2 cannot punch holes. */
  readonly nfsVersion: string | null;
  /**
   * Copies may share blocks (btrfs, xfs with reflink=1), so that an image can shrink and the pool gain nothing; null if
   * unknown.
   */
  readonly reflink: boolean | null;
}

/** The part of it that is used, by whomever; 0 of an empty one. */
export function fullnessOf({ sizeBytes, freeBytes }: Pick<PoolState, 'sizeBytes' | 'freeBytes'>): number {
  return sizeBytes > 0 ? (sizeBytes - freeBytes) / sizeBytes : 0;
}

/** The fullest first. */
export function sortByFullness(pools: readonly PoolState[]): readonly PoolState[] {
  return pools.toSorted((one, other) => fullnessOf(other) - fullnessOf(one) || one.key.localeCompare(other.key));
}
