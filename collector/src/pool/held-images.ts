import type { Allocation, ImageState } from '../model/image.ts';
import type { HostFiles } from '../ports/host-files.ts';
import { readMounts } from './mounts.ts';
import { findPool } from './pool-of-image.ts';

/** What an image, or a backing file, takes of its pool. */
export interface Holding {
  /** The key of the pool. */
  readonly pool: string;
  readonly path: string;
  readonly capacityBytes: number;
  readonly allocationBytes: number;
}

/** The images of one pool, added up. */
export interface Sums {
  readonly capacityBytes: number;
  readonly allocationBytes: number;
}

/**
 * What lies in the pools of these images. An image counts once, however many guests have it and by whatever paths. A
 * backing file counts once as well, in its own pool: with its allocation, and without a capacity, which is that of the
 * images above it. Copies that share blocks by reflink count in full, since stat(2) does not tell what they share.
 */
export async function findHoldings({
  files,
  images,
}: {
  files: HostFiles;
  images: readonly ImageState[];
}): Promise<readonly Holding[]> {
  const held = new Map<string, Holding>();
  const hold = (identity: string, holding: Holding) => held.set(`${holding.pool}\0${identity}`, holding);
  const mounts = await readMounts(files);
  await Promise.all(
    [...new Set(images.flatMap(({ backingChain }) => backingChain))].map(async (path) => {
      const [status, mount] = [await files.status(path), await findPool({ files, path, mounts })];
      if (status === null || mount === null || !status.isFile) return;
      const { allocationBytes } = status;
      hold(identify(status, path), { pool: mount.mountPoint, path, capacityBytes: 0, allocationBytes });
    }),
  );
  // After the backing files: one that is a guest's own disk as well counts as that.
  const statuses = await files.statuses(images.map(({ path }) => path));
  for (const [index, { path, pool, capacityBytes, allocationBytes }] of images.entries()) {
    if (pool === null) continue;
    const identity = identify(statuses[index] ?? null, path);
    hold(identity, { pool, path, capacityBytes: capacityBytes ?? 0, allocationBytes: allocationBytes ?? 0 });
  }
  const used = new Set(images.flatMap(({ pool }) => (pool === null ? [] : [pool])));
  return [...held.values()].filter(({ pool }) => used.has(pool));
}

/** By pool key. `allocations`: what some of them take by now, by their paths. */
export function addUp(
  holdings: readonly Holding[],
  allocations: ReadonlyMap<string, Allocation> = new Map(),
): ReadonlyMap<string, Sums> {
  const sums = new Map<string, Sums>();
  for (const { pool, path, capacityBytes, allocationBytes } of holdings) {
    const { capacityBytes: capacity, allocationBytes: allocation } = sums.get(pool) ?? NOTHING;
    sums.set(pool, {
      capacityBytes: capacity + capacityBytes,
      allocationBytes: allocation + (allocations.get(path)?.allocationBytes ?? allocationBytes),
    });
  }
  return sums;
}

export const NOTHING: Sums = { capacityBytes: 0, allocationBytes: 0 };

function identify(status: Awaited<ReturnType<HostFiles['status']>>, path: string): string {
  return status === null ? path : (status.deviceNumber ?? `${status.device} ${status.inode}`);
}
