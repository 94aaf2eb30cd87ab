import type { ImageState } from '../model/image.ts';
import { toIdentity } from '../model/opened-image.ts';
import type { HostFiles } from '../ports/host-files.ts';
import type { AllocationRow } from './allocation-row.ts';

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
  const statuses = await files.statuses(images.map(({ dataFile, at }) => dataFile ?? at));
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
