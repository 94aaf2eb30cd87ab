/** What an image is; changes seldom, so it is read only when the header did. */
export interface ImageFacts {
  readonly path: string;
  readonly format: string;
  /** The logical size the guest sees. */
  readonly capacityBytes: number | null;
  /** What may hold clusters that a discard gives up. */
  readonly internalSnapshots: number;
  readonly backingFile: string | null;
  readonly clusterBytes: number | null;
}

/** Capacity, allocation and physical in libvirt's sense (virDomainBlockInfo), all in bytes. */
export interface ImageState extends ImageFacts {
  readonly allocationBytes: number;
  readonly physicalBytes: number;
  /** The pool it sits in: the key of a `PoolState`. */
  readonly pool: string;
}
