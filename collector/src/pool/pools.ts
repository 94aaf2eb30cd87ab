import type { ImageState } from '../model/image.ts';
import type { PoolState } from '../model/pool.ts';
import type { ThinPool } from '../model/volumes.ts';
import type { HostFiles } from '../ports/host-files.ts';
import { describeFilesystem } from './filesystem-kinds.ts';
import { addUp, type Sums } from './held-images.ts';
import { readMounts } from './mounts.ts';
import { describeThinPool } from './thin-pool.ts';

/**
 * The pools that hold the images (by their `pool` key): host filesystems with size and free space from statfs(2), thin
 * pools as LVM reports them. A pool that does not answer is left out.
 */
export async function readPools({
  files,
  images,
  thinPools,
}: {
  files: HostFiles;
  images: readonly ImageState[];
  thinPools: readonly ThinPool[];
}): Promise<readonly PoolState[]> {
  const mounts = await readMounts(files);
  const sums = await addUp({ files, images });
  const pools = await Promise.all(
    [...sums.keys()].sort().map(async (key) => {
      const thinPool = thinPools.find((pool) => pool.key === key);
      if (thinPool !== undefined) return [describeThinPool(thinPool)];
      const space = await files.space(key);
      // Of two mounts at one place the later hides the earlier.
      const mount = mounts.findLast(({ mountPoint }) => mountPoint === key);
      return space === null ? [] : [{ key, ...space, ...describeFilesystem(mount ?? null) }];
    }),
  );
  return pools.flat().map((pool) => {
    const { capacityBytes, allocationBytes } = sums.get(pool.key) ?? NOTHING;
    const overcommit = pool.sizeBytes > 0 ? capacityBytes / pool.sizeBytes : 0;
    return { ...pool, capacityBytes, allocationBytes, overcommit };
  });
}

const NOTHING: Sums = { capacityBytes: 0, allocationBytes: 0 };
