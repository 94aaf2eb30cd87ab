export interface DiskRead {
  /** Kernel name of a whole disk. */
  readonly name: string;
  /** Lengths of the reads, one after the other from the start; each a whole number of pages. */
  readonly lengthsBytes: readonly number[];
}

/**
 * Reads from a disk past the page cache, so that each read is one that the device sees, and keeps nothing. Throws when
 * the disk cannot be opened, is another device than the kernel has under this name, or gives less than asked for.
 */
export type ReadDisk = (read: DiskRead) => Promise<void>;
