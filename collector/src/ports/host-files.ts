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
  /** `253:4` of a block device, else null. */
  readonly deviceNumber: string | null;
}

export interface HostFilesystemSpace {
  readonly sizeBytes: number;
  /** f_bavail: what an unprivileged writer could still take. */
  readonly freeBytes: number;
}

/** The host's files, read only. Absent or unreadable is null, never an error. */
export interface HostFiles {
  readText(path: string): Promise<string | null>;
  /**
   * The text of a regular file; null for anything else (a pipe would be waited for), and for one of more than `most`
   * bytes.
   */
  readRegular(path: string, most: number): Promise<string | null>;
  /** The first bytes of a regular file or a block device, at most `length`; of anything else null. */
  readHead(path: string, length: number): Promise<Uint8Array | null>;
  /** Bytes from inside a regular file or a block device; fewer than `length` where it ends. */
  readAt(path: string, range: { readonly offset: number; readonly length: number }): Promise<Uint8Array | null>;
  list(path: string): Promise<readonly string[]>;
  /** The names in a folder; null where it has more than `most`, which are not read, and where it cannot be read. */
  listUpTo(path: string, most: number): Promise<readonly string[] | null>;
  readLink(path: string): Promise<string | null>;
  status(path: string): Promise<FileStatus | null>;
  space(path: string): Promise<HostFilesystemSpace | null>;
}
