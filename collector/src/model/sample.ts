import type { Extents, HeldParts } from './image.ts';
import type { Qcow2Tables } from './qcow2-tables.ts';

/**
 * What QEMU counted for one disk since it started; each null when QEMU does not count it for this device or was not
 * asked.
 */
export interface QemuCounters {
  /** Device `unmap_bytes` (BlockDeviceStats): counted for SCSI and IDE only, so null for virtio-blk and NVMe. */
  readonly receivedBytes: number | null;
  /** File node `driver-specific.discard-bytes-ok` (BlockStatsSpecificFile, QEMU 4.2). */
  readonly passedBytes: number | null;
  /** File node `discard-nb-failed`. */
  readonly failedDiscards: number | null;
  readonly writtenBytes: number | null;
  /**
   * Kinds of the block jobs that work on this disk (`mirror`, `commit`, `backup` …): they change images by themselves.
   */
  readonly blockJobs: readonly string[];
  /** The kind of the one among them whose node drops the disk's discards while it runs; null where none does. */
  readonly droppedBy: string | null;
}

/** What the host sees of one disk at one moment. */
export interface DiskSample {
  readonly takenAt: number;
  /** Null where this host cannot see it. */
  readonly allocationBytes: number | null;
  /** Null also while the pool has not committed what it is to count. */
  readonly poolFreeBytes: number | null;
  /** Null where nobody asked, or the filesystem does not tell. */
  readonly extents: Extents | null;
  /** Null where nobody asked (before a trim, and on anything but btrfs), or btrfs could not be asked. */
  readonly heldParts: HeldParts | null;
  /** Of a qcow2 file; null where nobody asked. */
  readonly tables: Qcow2Tables | null;
  readonly counters: QemuCounters | null;
  /** Which QEMU process counted: counters of two processes cannot be compared. */
  readonly counterEpoch: string | null;
  /** Why `counters` is null, for people. */
  readonly countersMissing: string | null;
}

/** What can be stored of the samples of several disks, taken together. */
export type Measured = Omit<Sampled, 'commit'>;

/** The samples of several disks, taken together. */
export interface Sampled {
  /** By the guest's name for the disk; a disk whose image is unknown or gone is left out. */
  readonly samples: Readonly<Record<string, DiskSample>>;
  /** The disks whose allocation still moved at the limit. */
  readonly restless: readonly string[];
  /** Bytes a millisecond by which the pool of each disk moved while the image did not. */
  readonly poolDrift: Readonly<Record<string, number>>;
  /**
   * Resolves when the pools have committed that had not when their free space was read; to false where one failed. Null
   * where all had.
   */
  readonly commit: Promise<boolean> | null;
  /** QEMU's counters came through libvirt, which has noted on the domain that somebody asked. */
  readonly throughLibvirt: boolean;
}
