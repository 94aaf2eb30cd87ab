import type { ImageState } from '../model/image.ts';
import type { PoolState } from '../model/pool.ts';
import type { HostFiles } from '../ports/host-files.ts';
import { parseMounts } from './mounts.ts';

/**
 * The pools that hold the images (by their `pool` key), with size and free space from statfs(2). An image that two guests
 * share counts once. A pool whose filesystem does not answer is left out.
 */
export async function readPools({
  files,
  images,
}: {
  files: HostFiles;
  images: readonly ImageState[];
}): Promise<readonly PoolState[]> {
  const mounts = parseMounts((await files.readText('/proc/self/mountinfo')) ?? '');
  const byPath = new Map(images.map((image) => [image.path, image] as const));
  const keys = [...new Set(images.map(({ pool }) => pool))].sort();
  const pools = await Promise.all(
    keys.map(async (key) => {
      const space = await files.space(key);
      if (space === null) return [];
      const held = [...byPath.values()].filter(({ pool }) => pool === key);
      const capacityBytes = sum(held.map((image) => image.capacityBytes ?? 0));
      return [
        {
          key,
          // Of two mounts at one place the later hides the earlier.
          kind: mounts.findLast(({ mountPoint }) => mountPoint === key)?.kind ?? 'unknown',
          ...space,
          capacityBytes,
          allocationBytes: sum(held.map((image) => image.allocationBytes)),
          overcommit: space.sizeBytes > 0 ? capacityBytes / space.sizeBytes : 0,
        },
      ];
    }),
  );
  return pools.flat();
}

function sum(values: readonly number[]): number {
  return values.reduce((total, value) => total + value, 0);
}
