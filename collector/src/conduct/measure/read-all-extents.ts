import type { Extents, ImageState } from '../../model/image.ts';
import type { KnownDisk } from './known-disks.ts';

/**
 * By the path of the image. Only where a cause may rest on them: on a filesystem whose files can share blocks, and of an image that
 * takes all it can. One after the other: each is a walk through the image's extents.
 */
export async function readAllExtents(
  { readExtents }: { readExtents(image: ImageState): Promise<Extents | null> },
  disks: readonly KnownDisk[],
): Promise<ReadonlyMap<string, Extents | null>> {
  const extents = new Map<string, Extents | null>();
  for (const { image, pool } of disks) {
    if (extents.has(image.path) || image.kind !== 'file' || pool === null) continue;
    const isFull = (image.allocationBytes ?? 0) >= (image.capacityBytes ?? Number.POSITIVE_INFINITY);
    if (pool.reflink !== false || isFull) extents.set(image.path, await readExtents(image));
  }
  return extents;
}
