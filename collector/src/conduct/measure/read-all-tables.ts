import type { ImageState } from '../../model/image.ts';
import type { Qcow2Tables } from '../../model/qcow2-tables.ts';
import { FAR_BYTES } from '../../model/significant.ts';
import { type KnownDisk, toImages } from './known-disks.ts';

/**
 * By the path of the image. Only of qcow2 files, and of none that takes too little for a conclusion. One after the
 * other: each is a walk through the image's tables.
 */
export async function readAllTables(
  { readTables }: { readTables(image: ImageState): Promise<Qcow2Tables | null> },
  disks: readonly KnownDisk[],
): Promise<ReadonlyMap<string, Qcow2Tables | null>> {
  const tables = new Map<string, Qcow2Tables | null>();
  for (const image of toImages(disks)) {
    if (image.format !== 'qcow2' || image.kind !== 'file' || (image.allocationBytes ?? 0) < FAR_BYTES) continue;
    tables.set(image.path, await readTables(image));
  }
  return tables;
}
