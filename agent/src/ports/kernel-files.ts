/**
 * The guest's /proc, /sys and /etc, under a root path: `/` in a guest, a captured tree in a test. Absolute paths, as
 * the kernel's.
 */
export interface KernelFiles {
  /** The text of a file; null if it is absent, may not be read, or is longer than it may be. */
  readText(path: string, bounds?: { readonly mostBytes: number }): Promise<string | null>;
  /** As `readText`, for binary attributes (VPD pages). */
  readBytes(path: string): Promise<Uint8Array | null>;
  /** The names in a folder, sorted; none if it is absent. */
  list(path: string): Promise<readonly string[]>;
  /** The path with every link followed, still relative to the root; null if it is absent. */
  resolve(path: string): Promise<string | null>;
  /** Size and use of the filesystem mounted at a path (statfs(2)); null if it cannot be asked. */
  space(mount: string): Promise<Space | null>;
}

export interface Space {
  readonly sizeBytes: number;
  readonly usedBytes: number;
  /** `f_bsize`: the block of ext4 and xfs; null in a tree that was captured without it. */
  readonly blockBytes: number | null;
}
