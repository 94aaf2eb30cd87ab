import type { Inventory, Unreached } from '@trimtab/protocol';
import { NO_DEVICE_MAPPER } from '../../../agent/src/ports/device-mapper.ts';
import type { Processes, ProcessesView, ProcessView } from '../../../agent/src/ports/processes.ts';
import { NO_STORAGE_TOOLS, type StorageTools } from '../../../agent/src/ports/storage-tools.ts';
import { takeInventory } from '../../../agent/src/probe/probe.ts';
import { findUnreached, type UnreachedQuery } from '../../../agent/src/probe/unreached/find-unreached.ts';
import type { KernelTree } from './kernel-tree.ts';
import { withTree } from './with-tree.ts';

export const MIB = 1024 ** 2;
export const sectors = (mebibytes: number) => String((mebibytes * MIB) / 512);

export const PCI = '/sys/devices/pci0000:00/0000:00:05.0/block';
export const VIRTUAL = '/sys/devices/virtual/block';

/** A device with what /sys has of it. `at`: its folder. */
export function device({
  name,
  at = `${PCI}/${name}`,
  mebibytes = 1024,
  number,
  more = {},
}: {
  name: string;
  at?: string;
  mebibytes?: number;
  number: string;
  more?: Record<string, string>;
}): Pick<KernelTree, 'files' | 'links'> {
  const own = Object.fromEntries(Object.entries(more).map(([file, text]) => [`${at}/${file}`, text]));
  return {
    files: { [`${at}/size`]: sectors(mebibytes), [`${at}/dev`]: number, ...own },
    links: {
      [`/sys/class/block/${name}`]: at,
      [`/sys/dev/block/${number}`]: at,
      ...('partition' in more ? {} : { [`/sys/block/${name}`]: at }),
      // The hardware that a whole disk hangs on.
      ...(at === `${PCI}/${name}` ? { [`${at}/device`]: '/sys/devices/pci0000:00/0000:00:05.0' } : {}),
    },
  };
}

export const partition = ({
  name,
  number,
  start,
  size,
}: {
  name: string;
  number: string;
  start: number;
  size: number;
}) =>
  device({
    name,
    at: `${PCI}/vda/${name}`,
    number,
    mebibytes: size,
    more: { partition: '1', start: sectors(start) },
  });

export const tree = (...parts: Pick<KernelTree, 'files' | 'links'>[]) => ({
  files: Object.assign({}, ...parts.map(({ files }) => files)) as Record<string, string | string[]>,
  links: Object.assign({}, ...parts.map(({ links }) => links)) as Record<string, string>,
});

export const ROOT = '27 1 254:1 / / rw - ext4 /dev/vda1 rw';
export const mountinfo = (...lines: string[]) => ({ '/proc/self/mountinfo': lines });

export const aProcess = (more: Partial<ProcessView>): ProcessView => ({
  pid: 123,
  name: 'sleep',
  mountNamespace: 'mnt:[1]',
  deleted: [],
  devices: [],
  ...more,
});
export const walking = (
  processes: readonly ProcessView[],
  { measure = async () => null, ...view }: Partial<Processes & ProcessesView> = {},
): Processes => ({
  walk: async () => ({ processes, ownNamespace: 'mnt:[1]', isWhole: true, ...view }),
  measure,
});

/** A guest without LVM. */
export const NO_LVM: StorageTools = { ...NO_STORAGE_TOOLS, physicalVolumes: async () => '' };

export const STILL = { monotonicMs: () => 0, after: () => () => {} };

export async function unreached(
  { files, links }: ReturnType<typeof tree>,
  more: Partial<Omit<UnreachedQuery, 'files' | 'inventory'>> = {},
): Promise<readonly Unreached[]> {
  const known = { '/proc/filesystems': ['nodev\tproc', '\text4', '\tbtrfs'], ...mountinfo(ROOT) };
  return withTree({ files: { ...known, ...files }, links }, async (kernel) => {
    const rest = { mapper: NO_DEVICE_MAPPER, tools: NO_LVM, processes: walking([]), clock: STILL, ...more };
    const inventory: Inventory = await takeInventory({
      files: kernel,
      mapper: rest.mapper,
      now: 0,
      facts: null,
      hasFstrim: null,
    });
    return findUnreached({ files: kernel, inventory, mostMs: 3_000, ...rest });
  });
}

export const VDA = device({ name: 'vda', number: '254:0' });
export const VDA1 = partition({ name: 'vda1', number: '254:1', start: 1, size: 1022 });
