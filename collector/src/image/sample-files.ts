import { inTurns } from '@trimtab/protocol/shared';
import type { ImageState } from '../model/image.ts';
import { toIdentity } from '../model/opened-image.ts';
import type { HostFiles } from '../ports/host-files.ts';
import type { AllocationRow } from './allocation-row.ts';

/**
 * stat(2) calls under way at a time: libuv has 4 threads for them, and a few more must wait at its door to keep these
 * busy.
 */
export const STATS_AT_ONCE = 64;

/** A stat an image, a statfs a filesystem. */
export async function sampleFiles({
  files,
  images,
}: {
  files: HostFiles;
  images: readonly ImageState[];
}): Promise<AllocationRow[]> {
  // statfs of an image answers for the filesystem it is in, even where something else is mounted over its mount point.
  const first = new Map(images.map((image) => [poolOf(image), image.dataFile ?? image.at]));
  const spaces = Promise.all(
    [...first].map(async ([pool, path]) => [pool, (await files.space(path))?.freeBytes ?? null] as const),
  );
  const statuses = await inTurns({
    items: images,
    atOnce: STATS_AT_ONCE,
    map: (image) => files.status(image.dataFile ?? image.at),
  });
  const free = new Map(await spaces);
  return images.map((image, index): AllocationRow => {
    const status = statuses[index] ?? null;
    // A descriptor of QEMU may be another file by now: then this is no number of the image.
    const isIt = status !== null && (image.identity === null || image.identity === toIdentity(status));
    const { allocationBytes, physicalBytes } = isIt ? status : NOTHING;
    return [image.path, { allocationBytes, physicalBytes, poolFreeBytes: free.get(poolOf(image)) ?? null }];
  });
}

const NOTHING = { allocationBytes: null, physicalBytes: null };

/** One that this host has not mounted has no key, and is asked for each image. */
function poolOf({ pool, path }: ImageState): string {
  return pool ?? `of ${path}`;
}
