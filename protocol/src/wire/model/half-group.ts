/**
 * Half a block group of ext4, in bytes: a bitmap of one block counts its blocks, so a group has 8 × the block size of them. What a cure
 * gives to `fstrim -m`: a whole group would be refused (fs/ext4/mballoc.c, ext4_trim_fs), and 0 is what it must be above.
 */
export function halfGroupBytes(blockBytes: number): number {
  return 4 * blockBytes * blockBytes;
}
