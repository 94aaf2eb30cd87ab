import type { DiskPath } from '../model/disk-path.ts';
import type { DiskSample } from '../model/sample.ts';

/**
 * May a pool keep what an image of it gave up? Not where blocks belong to one file alone, by the kind of the filesystem
 * or by what FIEMAP said before the trim. On btrfs always: an extent stays until its last part is given up, and
 * st_blocks counts bytes before compression.
 */
export function mayPoolKeep({ path, before }: { path: DiskPath | null; before: DiskSample | null }): boolean {
  const { image = null, pool = null } = path ?? {};
  if (image?.kind === 'thin-volume') return image.sharedWith.length > 0;
  if (pool?.reflink === false) return false;
  if (pool === null || pool.kind === 'btrfs') return true;
  const extents = before?.extents ?? null;
  return extents === null || extents.sharedBytes > 0 || extents.encodedBytes > 0;
}
