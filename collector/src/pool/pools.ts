import type { Allocation } from '../model/image.ts';
import type { PoolState } from '../model/pool.ts';
import type { ThinPool } from '../model/volumes.ts';
import type { HostFiles } from '../ports/host-files.ts';
import { describeFilesystem } from './filesystem-kinds.ts';
import { addUp, type Holding, NOTHING } from './held-images.ts';
import { readMounts } from './mounts.ts';
import { describeThinPool } from './thin-pool.ts';

/**
 * The pools of what lies in them: host filesystems with size and free space from statfs(2), thin pools as LVM reports
 * them. A pool that does not answer is left out.
 */
export async function readPools({
  files,
  holdings,
  thinPools,
}: {
  files: HostFiles;
  holdings: readonly Holding[];
  thinPools: readonly ThinPool[];
}): Promise<readonly PoolState[]> {
  const mounts = await readMounts(files);
  const sums = addUp(holdings);
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
  return pools.flat().map((pool) => ({ ...pool, ...toHeld(pool.sizeBytes, sums.get(pool.key) ?? NOTHING) }));
}

/** The same pools, with the numbers of this moment; what they are is not asked again. */
export async function refreshPools({
  files,
  pools,
  holdings,
  thinPools,
  allocations,
}: {
  files: Pick<HostFiles, 'space'>;
  pools: readonly PoolState[];
  holdings: readonly Holding[];
  /** As they are now. */
  thinPools: readonly ThinPool[];
  /** What images take now, by their paths. */
  allocations: ReadonlyMap<string, Allocation>;
}): Promise<readonly PoolState[]> {
  const sums = addUp(holdings, allocations);
  const refreshed = await Promise.all(
    pools.map(async (pool) => {
      const thinPool = thinPools.find(({ key }) => key === pool.key);
      const space = pool.kind === 'lvm-thin' ? spaceOf(thinPool) : await files.space(pool.key);
      if (space === null) return [];
      return [{ ...pool, ...space, ...toHeld(space.sizeBytes, sums.get(pool.key) ?? NOTHING) }];
    }),
  );
  return refreshed.flat();
}

function spaceOf(pool: ThinPool | undefined): Pick<PoolState, 'sizeBytes' | 'freeBytes' | 'metadata'> | null {
  if (pool === undefined) return null;
  const { sizeBytes, freeBytes, metadata } = describeThinPool(pool);
  return { sizeBytes, freeBytes, metadata };
}

function toHeld(sizeBytes: number, held: typeof NOTHING): Pick<PoolState, keyof typeof NOTHING | 'overcommit'> {
  return { ...held, overcommit: sizeBytes > 0 ? held.capacityBytes / sizeBytes : 0 };
}
