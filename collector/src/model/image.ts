/** What stores an image, which decides how its allocation is read. */
export type ImageKind = 'file' | 'thin-volume' | 'thick-volume' | 'block-device' | 'zvol' | 'rbd' | 'other';

/** What an image is. It changes seldom, so that it is read only when the header has changed. */
export interface ImageFacts {
  /** As `HostDisk.image`. */
  readonly path: string;
  readonly kind: ImageKind;
  readonly format: string;
  /** The logical size the guest sees. */
  readonly capacityBytes: number | null;
  /** What may hold clusters that a discard gives up. */
  readonly internalSnapshots: number;
  /** Their names, as `qemu-img snapshot -d` takes them; empty where they could not be read. */
  readonly snapshotNames: readonly string[];
  /** Absolute paths of the images below, the nearest first; read from headers, and only where the source named them. */
  readonly backingChain: readonly string[];
  readonly clusterBytes: number | null;
  /** qcow2 `compat`: `0.10` or `1.1`; null for others. */
  readonly compat: string | null;
  readonly extendedL2: boolean;
  /**
   * Where the guest's data is, if a qcow2 image has it in another file, which is then what is measured; absent
   * otherwise.
   */
  readonly dataFile?: string;
}

/** Capacity, allocation and physical in libvirt's sense (virDomainBlockInfo), all in bytes. */
export interface ImageState extends ImageFacts {
  /**
   * Where this host reads it: `path`, or a path below /proc/PID where QEMU has another file open than this host has
   * there.
   */
  readonly at: string;
  /** What is at `at`, as `toIdentity` says it, where that may become another file; null where it may not. */
  readonly identity: string | null;
  /** Null where this host cannot see it; `unmeasured` says why. */
  readonly allocationBytes: number | null;
  readonly physicalBytes: number | null;
  readonly unmeasured: string | null;
  /** The pool it sits in: the key of a `PoolState`; null when this host sees none (rbd, a thick volume). */
  readonly pool: string | null;
  /**
   * How long after a change the host may still tell the old numbers (NFS attributes, commits of thin pools and ZFS).
   */
  readonly lagMs: number;
  /** What the images below take on the host together; null where there is none, or one cannot be seen. */
  readonly backingAllocationBytes: number | null;
  /** How many images of this host stand on one of those, this one included; 0 without a backing file. */
  readonly backingUsers: number;
  /** Of a thin volume: the volumes that share chunks with it, its snapshots and its origin (`VG/LV`). */
  readonly sharedWith: readonly string[];
}

/** What FIEMAP says of an image file (Documentation/filesystems/fiemap.rst), as filefrag(8) prints it. */
export interface Extents {
  /** In extents that another file has too: a reflink copy, a snapshot of the host's filesystem. */
  readonly sharedBytes: number;
  /** In extents that were allocated and never written: a preallocation. */
  readonly unwrittenBytes: number;
  /**
   * In extents that the filesystem stores compressed (`encoded`): the file counts them in full, the pool holds less.
   */
  readonly encodedBytes: number;
  /**
   * Where the largest extent that another file has too begins, as FIEMAP's physical address; null where none is shared.
   */
  readonly sharedAt: number | null;
}

/**
 * Addresses just beside what an image of btrfs has now, of which btrfs was asked whose extent they are in. Where that
 * is the image's own, the image no longer has what is at the address, and holds it all the same.
 */
export interface HeldParts {
  readonly asked: number;
  readonly held: number;
}

/** What changes from moment to moment, of one image. */
export interface Allocation {
  readonly allocationBytes: number | null;
  readonly physicalBytes: number | null;
  readonly poolFreeBytes: number | null;
}
