import { NAME_LIMIT, type Unreached } from '@trimtab/protocol';
import type { DeviceMapper } from '../../ports/device-mapper.ts';
import type { KernelFiles } from '../../ports/kernel-files.ts';
import type { StorageTools } from '../../ports/storage-tools.ts';
import { nameOfSource } from '../device-names.ts';
import { readDisksBelow } from './disks-below.ts';
import { WORTH_TELLING_BYTES } from './worth-telling.ts';

/** A physical volume, by its kernel name. */
interface PhysicalVolume {
  readonly name: string;
  readonly path: string;
  readonly group: string;
  readonly freeBytes: number;
}

/** Null where LVM does not answer; none where there is no LVM. */
export async function readPhysicalVolumes({
  files,
  tools,
}: {
  readonly files: KernelFiles;
  readonly tools: StorageTools;
}): Promise<readonly PhysicalVolume[] | null> {
  const text = await tools.physicalVolumes();
  if (text === null) return null;
  const lines = text.split('\n');
  const volumes = await Promise.all(
    lines.map(async (line) => {
      const [path = '', group = '', free = ''] = line.trim().split('|');
      const freeBytes = /^\d+$/.test(free) ? Number(free) : Number.NaN;
      if (!Number.isSafeInteger(freeBytes) || group === '' || group.length > NAME_LIMIT) return null;
      const name = await nameOfSource({ files, source: path });
      return name === null ? null : { name, path, group, freeBytes };
    }),
  );
  return volumes.filter((volume) => volume !== null);
}

/** Extents that no volume has: what a deleted one wrote into them, the host still keeps. */
export async function findFreeExtents({
  files,
  volumes,
}: {
  readonly files: KernelFiles;
  readonly volumes: readonly PhysicalVolume[];
}): Promise<readonly Unreached[]> {
  return Promise.all(
    volumes
      .filter(({ freeBytes }) => freeBytes > WORTH_TELLING_BYTES)
      .map(async ({ name, path, group, freeBytes: bytes }) => ({
        type: 'free-extents' as const,
        disks: await readDisksBelow({ files, names: [name] }),
        path,
        bytes,
        group,
      })),
  );
}

const SECTOR_BYTES = 512;

/**
 * `vg-pool-tpool: 0 1900544 thin-pool 0 418/4096 312/14848 - rw discard_passdown …`: data blocks used, of how many
 * (thin-provisioning.rst).
 */
const STATUS = /^(.+): \d+ (\d+) thin-pool \d+ \d+\/\d+ (\d+)\/(\d+) /;

/** Chunks of a thin pool that no volume has. */
export async function findFreeChunks({
  files,
  mapper,
}: {
  readonly files: KernelFiles;
  readonly mapper: Pick<DeviceMapper, 'thinPools'>;
}): Promise<readonly Unreached[]> {
  const lines = ((await mapper.thinPools()) ?? '').split('\n');
  const pools = await Promise.all(
    lines.map(async (line): Promise<Unreached | null> => {
      const [, label = '', sectors, used, all] = STATUS.exec(line) ?? [];
      const name = await nameOfSource({ files, source: `/dev/mapper/${label}` });
      const bytes = Math.floor(Number(sectors) * SECTOR_BYTES * (1 - Number(used) / Number(all)));
      if (name === null || !Number.isSafeInteger(bytes) || bytes <= WORTH_TELLING_BYTES) return null;
      const path = `/dev/mapper/${label.replace(/-tpool$/, '')}`;
      return { type: 'free-chunks', disks: await readDisksBelow({ files, names: [name] }), path, bytes };
    }),
  );
  return pools.filter((pool) => pool !== null);
}
