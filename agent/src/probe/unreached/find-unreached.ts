import { type Inventory, MOST_UNREACHED, type Unreached } from '@trimtab/protocol';
import type { Clock } from '../../ports/clock.ts';
import type { DeviceMapper } from '../../ports/device-mapper.ts';
import type { KernelFiles } from '../../ports/kernel-files.ts';
import type { Processes } from '../../ports/processes.ts';
import type { StorageTools } from '../../ports/storage-tools.ts';
import { nameOfSource } from '../device-names.ts';
import { findDevices } from '../devices.ts';
import { readLayers } from '../layers.ts';
import { type Mount, parseMountinfo } from '../mountinfo.ts';
import { type BlockDevice, readBlockDevices } from './block-devices.ts';
import { setDeadline } from './deadline.ts';
import { findDeletedFiles } from './deleted-files.ts';
import { findFreeChunks, findFreeExtents, readPhysicalVolumes } from './free-extents.ts';
import { findFreeRanges } from './free-ranges.ts';
import { findMountedElsewhere } from './mounted-elsewhere.ts';
import { readNamespaces } from './namespaces.ts';
import { findNotMounted } from './not-mounted.ts';
import { findSnapshots } from './snapshots.ts';

export interface UnreachedQuery {
  readonly files: KernelFiles;
  readonly mapper: DeviceMapper;
  readonly tools: StorageTools;
  readonly processes: Processes;
  readonly clock: Omit<Clock, 'now'>;
  /** As it was just taken. */
  readonly inventory: Inventory;
  /** For all of it. */
  readonly mostMs: number;
}

/**
 * Space of this guest that a trim of its mounts does not bring back. It asks more of the guest than an inventory does
 * (every process, `pvs`, `btrfs`), so it is done only where somebody wants to know.
 */
export async function findUnreached(query: UnreachedQuery): Promise<readonly Unreached[]> {
  const { files, processes, inventory, clock } = query;
  const { filesystems } = inventory;
  const deadline = setDeadline({ clock, afterMs: query.mostMs });
  const tools: StorageTools = {
    physicalVolumes: () => deadline.within(query.tools.physicalVolumes),
    snapshots: (mount) => deadline.within(() => query.tools.snapshots(mount)),
  };
  const mapper = { thinPools: () => deadline.within(query.mapper.thinPools) };
  const mountinfo = await files.readText('/proc/self/mountinfo');
  const mounts = parseMountinfo({ text: mountinfo ?? '' });
  const blocks = await readBlockDevices({ files });
  const { devices } = blocks;
  const mayHaveVolumes = devices.some(({ name }) => name.startsWith('dm-')) || hasSpare({ devices, inventory });
  // Before LVM is asked, which has disks open meanwhile.
  const view = await processes.walk();
  const answered = mayHaveVolumes ? await readPhysicalVolumes({ files, tools }) : [];
  const namespaces = await readNamespaces({ files, view, deadline });
  const elsewhere = await findMountedElsewhere({
    files,
    namespaces: [...namespaces.byName.values()],
    mounts,
    deadline,
  });
  const volumes = answered ?? [];
  const opened = await namesOf({ files, paths: view.processes.flatMap((each) => each.devices) });
  const mounted = await namesBelow({ files, mounts });
  const busy = new Set([
    ...inventory.layers.map(({ name }) => name),
    ...mounted,
    ...elsewhere.devices,
    ...volumes.map(({ name }) => name),
    ...opened,
  ]);
  // Whoever is told that nothing is mounted of a disk may discard it.
  const isAllKnown = mountinfo !== null && namespaces.isWhole && elsewhere.isWhole && blocks.isWhole;
  const found = [
    ...(await findFreeExtents({ files, volumes })),
    ...(volumes.length === 0 ? [] : await findFreeChunks({ files, mapper })),
    ...findFreeRanges(blocks),
    ...(isAllKnown ? await findNotMounted({ files, devices, busy, areVolumesKnown: answered !== null }) : []),
    ...elsewhere.told,
    ...(await findDeletedFiles({ processes, view, filesystems, mounts, namespaces: namespaces.byName, deadline })),
    ...(await findSnapshots({ tools, filesystems })),
  ];
  return found.sort((one, other) => sizeOf(other) - sizeOf(one)).slice(0, MOST_UNREACHED);
}

/** Is there a device below no filesystem? It may be a physical volume of which every volume was deleted. */
function hasSpare({ devices, inventory }: { devices: readonly BlockDevice[]; inventory: Inventory }): boolean {
  const used = new Set(inventory.layers.map(({ name }) => name));
  return devices.some(({ name, sizeBytes }) => sizeBytes !== 0 && !used.has(name));
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
