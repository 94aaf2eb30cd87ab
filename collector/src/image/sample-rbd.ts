import type { ImageState } from '../model/image.ts';
import type { Commands } from '../ports/commands.ts';
import type { HostFiles } from '../ports/host-files.ts';
import type { AllocationRow } from './allocation-row.ts';
import { locateImage } from './locate.ts';
import { readRbdUsage } from './rbd-usage.ts';

/** One `rbd du` a Ceph pool; an image that is gone has no row. */
export async function sampleRbd({
  files,
  commands,
  images,
}: {
  files: HostFiles;
  commands: Commands;
  images: readonly ImageState[];
}): Promise<AllocationRow[]> {
  const places = await Promise.all(images.map(({ path }) => locateRbd(files, path)));
  const pools = [...new Set(places.flatMap((place) => (place === null ? [] : [place.pool])))];
  const usages = new Map(
    await Promise.all(pools.map(async (pool) => [pool, await readRbdUsage({ commands, pool })] as const)),
  );
  return images.flatMap(({ path }, index): AllocationRow[] => {
    const place = places[index] ?? null;
    const usage = place === null ? undefined : usages.get(place.pool)?.byName.get(place.image);
    if (usage === undefined) return [];
    return [[path, { allocationBytes: usage.usedBytes, physicalBytes: usage.capacityBytes, poolFreeBytes: null }]];
  });
}

async function locateRbd(files: HostFiles, image: string) {
  const isMapped = image.startsWith('/');
  if (isMapped && (await files.status(image)) === null) return null;
  const place = await locateImage({ files, disk: { image, storage: isMapped ? 'block' : 'network' } });
  return place.kind === 'rbd' ? place : null;
}
