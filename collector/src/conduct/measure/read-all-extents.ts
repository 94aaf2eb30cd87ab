import type { Extents, HeldParts, ImageState } from '../../model/image.ts';
import type { KnownDisk } from './known-disks.ts';

/**
 * By the path of the image. Only where a cause may rest on them: on a filesystem whose files can share blocks, and of
 * an image that takes all it can. One after the other: each is a walk through the image's extents.
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

/** By the path of the image; on btrfs only. */
export async function readAllHeldParts(
  { readHeldParts }: { readHeldParts(image: ImageState): Promise<HeldParts | null> },
  disks: readonly KnownDisk[],
): Promise<ReadonlyMap<string, HeldParts | null>> {
  const parts = new Map<string, HeldParts | null>();
  for (const { image, pool } of disks) {
    if (parts.has(image.path) || image.kind !== 'file' || pool?.kind !== 'btrfs') continue;
    parts.set(image.path, await readHeldParts(image));
  }
  return parts;
}
