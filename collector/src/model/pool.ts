/** What stores images and can run full; here a host filesystem. */
export interface PoolState {
  /** Unique on this host: the mount point. */
  readonly key: string;
  readonly kind: string;
  readonly sizeBytes: number;
  readonly freeBytes: number;
  /** Sum of the capacities of the images in it. */
  readonly capacityBytes: number;
  /** Sum of their allocations. */
  readonly allocationBytes: number;
  /** capacityBytes over sizeBytes. */
  readonly overcommit: number;
}
