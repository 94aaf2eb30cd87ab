/** Does the kernel's ext4 driver serve this kind of filesystem? It takes ext2 and ext3 as well. */
export function isExt(kind: string): boolean {
  return /^ext[234]$/.test(kind);
}

/**
 * A block group, in bytes: a bitmap of one block counts its blocks, so a group has 8 × the block size of them
 * (Documentation/filesystems/ext4/blockgroup.rst). No run of free blocks is longer.
 */
export function blockGroupBytes(blockBytes: number): number {
  return 8 * blockBytes * blockBytes;
}

/**
 * What is given to `fstrim -m` to have everything discarded again: more than 0, which the last trim asked for, and less
 * than a whole group, which is refused with EINVAL (fs/ext4/mballoc.c, ext4_trim_fs).
 */
export function halfGroupBytes(blockBytes: number): number {
  return blockGroupBytes(blockBytes) / 2;
}
