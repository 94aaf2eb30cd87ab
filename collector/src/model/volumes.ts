/** A logical volume of LVM, active on this host. */
export interface LogicalVolume {
  /** `253:4`. */
  readonly number: string;
  readonly kind: 'thin' | 'thick';
  /** What device-mapper calls it: `vg0-thin--1`. */
  readonly mapperName: string;
  readonly sizeBytes: number;
  /** Of a thin volume: what it has mapped of its pool; null when it cannot be told. */
  readonly mappedBytes: number | null;
  /** Of a thin volume: the key of its `ThinPool`. */
  readonly pool: string | null;
  /** Of a thin volume: its snapshots and its origin, `VG/LV` each. */
  readonly sharedWith: readonly string[];
}

/** An LVM thin pool (lvmthin(7)). */
export interface ThinPool {
  /** `VG/POOL`. */
  readonly key: string;
  /** LVM's own, which it keeps when it is renamed; null where lvs does not tell. */
  readonly uuid: string | null;
  /** `vg0-pool--a-tpool`. */
  readonly mapperName: string;
  readonly sizeBytes: number;
  readonly usedBytes: number;
  readonly metadata: { readonly sizeBytes: number; readonly usedBytes: number } | null;
  readonly chunkBytes: number;
  readonly discards: 'ignore' | 'nopassdown' | 'passdown' | null;
  /** `error_if_no_space` or `queue_if_no_space`. */
  readonly whenFull: 'error' | 'queue' | null;
}

export interface Volumes {
  readonly volumes: readonly LogicalVolume[];
  readonly thinPools: readonly ThinPool[];
  /** Why LVM could not be asked; null when it was. */
  readonly unavailable: string | null;
}
