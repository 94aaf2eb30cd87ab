import type { ThinPool } from '../model/volumes.ts';
import type { HostFiles } from '../ports/host-files.ts';
import { type Mount, readMounts } from './mounts.ts';

const BY_UUID = '/dev/disk/by-uuid';
const BTRFS = '/sys/fs/btrfs';

/**
 * What tells the device of each pool apart from another that is mounted in its place, by the key of the pool: the UUID
 * of a filesystem or of a thin pool, of what has none that this host knows (NFS, ZFS, tmpfs) the name by which it was
 * mounted. The numbers of devices are none: they are given out anew at each boot, and those of btrfs, NFS and overlay
 * at each mount. No device is opened for it: udev has read the UUIDs, and btrfs has those of all its devices.
 */
export async function findPoolDevices({
  files,
  keys,
  thinPools,
}: {
  files: Pick<HostFiles, 'readText' | 'readLink' | 'list'>;
  keys: readonly string[];
  thinPools: readonly ThinPool[];
}): Promise<ReadonlyMap<string, string>> {
  const mounts = await readMounts(files);
  const uuids = await readUuids(files);
  const devices = keys.map(async (key) => {
    const thinPool = thinPools.find((pool) => pool.key === key);
    if (thinPool !== undefined) return [key, thinPool.uuid ?? ''] as const;
    const mount = mounts.findLast(({ mountPoint }) => mountPoint === key);
    return [key, mount === undefined ? '' : ((await findUuid({ files, mount, uuids })) ?? mount.source)] as const;
  });
  return new Map(await Promise.all(devices));
}

/** By the kernel's name of the device. */
async function readUuids(files: Pick<HostFiles, 'readLink' | 'list'>): Promise<ReadonlyMap<string, string>> {
  const [links, filesystems] = await Promise.all([files.list(BY_UUID), files.list(BTRFS)]);
  const linked = links.map(async (uuid) => {
    const name = lastName(await files.readLink(`${BY_UUID}/${uuid}`));
    return name === null ? [] : [[name, uuid] as const];
  });
  const members = filesystems
    .filter((uuid) => /^[0-9a-f-]{36}$/.test(uuid))
    .map(async (uuid) => (await files.list(`${BTRFS}/${uuid}/devices`)).map((name) => [name, uuid] as const));
  return new Map((await Promise.all([...linked, ...members])).flat());
}

/** mountinfo names a volume of device-mapper by its link in /dev/mapper. */
async function findUuid({
  files,
  mount: { source },
  uuids,
}: {
  files: Pick<HostFiles, 'readLink'>;
  mount: Pick<Mount, 'source'>;
  uuids: ReadonlyMap<string, string>;
}): Promise<string | null> {
  if (!source.startsWith('/dev/')) return null;
  const name = lastName((await files.readLink(source)) ?? source);
  return uuids.get(name ?? '') ?? null;
}

function lastName(path: string | null): string | null {
  return path?.split('/').at(-1) || null;
}
