export interface FileStatus {
  /** st_blocks × 512: the space it takes on the host. */
  readonly allocationBytes: number;
  /** st_size: the length of the container. */
  readonly physicalBytes: number;
  readonly device: number;
  readonly inode: number;
  readonly isBlockDevice: boolean;
  /** A regular file. */
  readonly isFile: boolean;
  /** It is root's, and no other user may write to it. */
  readonly isRootsAlone: boolean;
  /** `253:4` of a block device, else null. */
  readonly deviceNumber: string | null;
}

export interface HostFilesystemSpace {
  readonly sizeBytes: number;
  /** f_bavail: what an unprivileged writer could still take. */
  readonly freeBytes: number;
}

/**
 * The host's files, read only. Absent or unreadable is null, never an error. Whoever starts a QEMU, or wrote an image,
 * chose many of these paths: nothing is opened that could be waited for, only regular files and block devices are read,
 * and what does not answer in time is null too (see `silentPlace`).
 */
export interface HostFiles {
  /** The text of a regular file; null for one of more than `most` bytes, by default MOST_TEXT_BYTES. */
  readText(path: string, most?: number): Promise<string | null>;
  /** The first bytes of a regular file or a block device, at most `length`; of anything else null. */
  readHead(path: string, length: number): Promise<Uint8Array | null>;
  /** Bytes from inside a regular file or a block device; fewer than `length` where it ends. */
  readAt(path: string, range: { readonly offset: number; readonly length: number }): Promise<Uint8Array | null>;
  list(path: string): Promise<readonly string[]>;
  /** The names in a folder; null where it has more than `most`, which are not read, and where it cannot be read. */
  listUpTo(path: string, most: number): Promise<readonly string[] | null>;
  readLink(path: string): Promise<string | null>;
  /** `name` says on which filesystem it lies, where the path does not: that of a descriptor is /proc/PID/fd/N. */
  status(path: string, as?: { readonly name: string }): Promise<FileStatus | null>;
  /** One for each, in their order: many cost less than each on its own. */
  statuses(paths: readonly string[]): Promise<readonly (FileStatus | null)[]>;
  space(path: string): Promise<HostFilesystemSpace | null>;
  /**
   * The filesystem (or folder, or process) that a path belongs to, while something that was asked of it has not been
   * answered: nothing more is asked of it then. Null where it answers, and then a null above is the host's word.
   */
  silentPlace(path: string): string | null;
  /** What the kernel tells at once. */
  readonly kernel: KernelFiles;
}

/**
 * What the kernel tells of a process out of its own memory, without waiting for anybody: `stat`, `status`, `fdinfo/N`,
 * the links `exe` and `fd/N`, the names in `fd`. Never for what lies on a disk, or in the memory of a process (its
 * `cmdline`), whose owner can keep a reader waiting. A survey reads it of every process of the host, and a trip through
 * the thread pool would cost ten times as much.
 */
export interface KernelFiles {
  /** At most its first KERNEL_TEXT_BYTES: `fdinfo` has a line for each lock, and a process may have any number. */
  text(path: string): string | null;
  link(path: string): string | null;
  /** Null where there are more than `most`, and where they cannot be read. */
  names(path: string, most: number): readonly string[] | null;
}
