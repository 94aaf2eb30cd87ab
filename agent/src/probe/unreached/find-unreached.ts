import { type Inventory, MOST_UNREACHED, type Unreached } from '@trimtab/protocol';
import type { DeviceMapper } from '../../ports/device-mapper.ts';
import type { KernelFiles } from '../../ports/kernel-files.ts';
import type { Processes } from '../../ports/processes.ts';
import type { StorageTools } from '../../ports/storage-tools.ts';
import { nameOfSource } from '../device-names.ts';
import { findDevices } from '../devices.ts';
import { readLayers } from '../layers.ts';
import { type Mount, parseMountinfo } from '../mountinfo.ts';
import { type BlockDevice, readBlockDevices } from './block-devices.ts';
import { findDeletedFiles } from './deleted-files.ts';
import { findFreeChunks, findFreeExtents, readPhysicalVolumes } from './free-extents.ts';
import { findFreeRanges } from './free-ranges.ts';
import { findMountedElsewhere, readNamespaces } from './mounted-elsewhere.ts';
import { findNotMounted } from './not-mounted.ts';
import { findSnapshots } from './snapshots.ts';

export interface UnreachedQuery {
  readonly files: KernelFiles;
  readonly mapper: DeviceMapper;
  readonly tools: StorageTools;
  readonly processes: Processes;
  /** As it was just taken. */
  readonly inventory: Inventory;
}

/**
 * Space of this guest that a trim of its mounts does not bring back. It asks more of the guest than an inventory does
 * (every process, `pvs`, `btrfs`), so it is done only where somebody wants to know.
 */
export async function findUnreached(query: UnreachedQuery): Promise<readonly Unreached[]> {
  const { files, mapper, tools, processes, inventory } = query;
  const { filesystems } = inventory;
  const mounts = parseMountinfo({ text: (await files.readText('/proc/self/mountinfo')) ?? '' });
  const view = await processes.walk();
  const namespaces = await readNamespaces({ files, view });
  const elsewhere = await findMountedElsewhere({ files, namespaces: [...namespaces.values()], mounts });
  const devices = await readBlockDevices({ files });
  const volumes =
    devices.some(({ name }) => name.startsWith('dm-')) || hasSpare({ devices, inventory })
      ? await readPhysicalVolumes({ files, tools })
      : [];
  const opened = await namesOf({ files, paths: view.processes.flatMap((each) => each.devices) });
  const mounted = await namesBelow({ files, mounts });
  const busy = new Set([
    ...inventory.layers.map(({ name }) => name),
    ...mounted,
    ...elsewhere.flatMap((each) => each.devices),
    ...volumes.map(({ name }) => name),
    ...opened,
  ]);
  const found = [
    ...(await findFreeExtents({ files, volumes })),
    ...(volumes.length === 0 ? [] : await findFreeChunks({ files, mapper })),
    ...findFreeRanges({ devices }),
    ...(await findNotMounted({ files, devices, busy })),
    ...elsewhere.map(({ told }) => told),
    ...(await findDeletedFiles({ processes, view, filesystems, mounts, namespaces })),
    ...(await findSnapshots({ tools, filesystems })),
  ];
  return found.sort((one, other) => sizeOf(other) - sizeOf(one)).slice(0, MOST_UNREACHED);
}

/** Is there a device below no filesystem? It may be a physical volume of which every volume was deleted. */
function hasSpare({ devices, inventory }: { devices: readonly BlockDevice[]; inventory: Inventory }): boolean {
  const used = new Set(inventory.layers.map(({ name }) => name));
  return devices.some(({ name }) => !used.has(name));
}

async function namesOf({ files, paths }: { files: KernelFiles; paths: readonly string[] }): Promise<readonly string[]> {
  const names = await Promise.all([...new Set(paths)].map((source) => nameOfSource({ files, source })));
  return names.filter((name) => name !== null);
}

/** Of every mount, also of those that no path leads to any more. */
async function namesBelow({
  files,
  mounts,
}: {
  files: KernelFiles;
  mounts: readonly Mount[];
}): Promise<readonly string[]> {
  const sources = [...new Map(mounts.map((mount) => [`${mount.major}:${mount.minor}`, mount])).values()];
  const names = (await Promise.all(sources.map((mount) => findDevices({ files, mount })))).flat();
  return (await readLayers({ files, names })).map(({ name }) => name);
}

const sizeOf = (each: Unreached): number => (each.type === 'snapshots' ? 0 : each.bytes);
