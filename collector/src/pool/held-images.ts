import type { ImageState } from '../model/image.ts';
import type { HostFiles } from '../ports/host-files.ts';
import { readMounts } from './mounts.ts';
import { findPool } from './pool-of-image.ts';

/** The images of one pool, added up. */
export interface Sums {
  readonly capacityBytes: number;
  readonly allocationBytes: number;
}

interface Held {
  readonly capacityBytes: number;
  readonly allocationBytes: number;
}

/**
 * By pool key. An image counts once, however many guests have it and by whatever paths. A backing file counts once as
 * well, in its own pool: with its allocation, and without a capacity, which is that of the images above it. Copies that
 * share blocks by reflink count in full, since stat(2) does not tell what they share.
 */
export async function addUp({
  files,
  images,
}: {
  files: HostFiles;
  images: readonly ImageState[];
}): Promise<ReadonlyMap<string, Sums>> {
  const held = new Map<string, Map<string, Held>>();
  const hold = ({ pool, identity, image }: { pool: string; identity: string; image: Held }) => {
    const here = held.get(pool) ?? new Map<string, Held>();
    held.set(pool, here.set(identity, image));
  };
  const mounts = await readMounts(files);
  await Promise.all(
    [...new Set(images.flatMap(({ backingChain }) => backingChain))].map(async (path) => {
      const [status, mount] = [await files.status(path), await findPool({ files, path, mounts })];
      if (status === null || mount === null || !status.isFile) return;
      const image: Held = { capacityBytes: 0, allocationBytes: status.allocationBytes };
      hold({ pool: mount.mountPoint, identity: identify(status, path), image });
    }),
  );
  // After the backing files: one that is a guest's own disk as well counts as that.
  await Promise.all(
    images.map(async ({ path, pool, capacityBytes, allocationBytes }) => {
      if (pool === null) return;
      const identity = identify(await files.status(path), path);
      const image: Held = { capacityBytes: capacityBytes ?? 0, allocationBytes: allocationBytes ?? 0 };
      hold({ pool, identity, image });
    }),
  );
  const used = new Set(images.flatMap(({ pool }) => (pool === null ? [] : [pool])));
  return new Map(
    [...held].flatMap(([pool, here]) => {
      const all = [...here.values()];
      const capacityBytes = all.reduce((sum, image) => sum + image.capacityBytes, 0);
      const allocationBytes = all.reduce((sum, image) => sum + image.allocationBytes, 0);
      return used.has(pool) ? [[pool, { capacityBytes, allocationBytes }] as const] : [];
    }),
  );
}

function identify(status: Awaited<ReturnType<HostFiles['status']>>, path: string): string {
  return status === null ? path : (status.deviceNumber ?? `${status.device} ${status.inode}`);
}
