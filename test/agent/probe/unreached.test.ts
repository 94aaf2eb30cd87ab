import type { Inventory, Unreached } from '@trimtab/protocol';
import { describe, expect, it } from 'vitest';
import { NO_DEVICE_MAPPER } from '../../../agent/src/ports/device-mapper.ts';
import type { Processes, ProcessView } from '../../../agent/src/ports/processes.ts';
import { NO_STORAGE_TOOLS, type StorageTools } from '../../../agent/src/ports/storage-tools.ts';
import { takeInventory } from '../../../agent/src/probe/probe.ts';
import { findUnreached, type UnreachedQuery } from '../../../agent/src/probe/unreached/find-unreached.ts';
import type { KernelTree } from './kernel-tree.ts';
import { withTree } from './with-tree.ts';

const MIB = 1024 ** 2;
const sectors = (mebibytes: number) => String((mebibytes * MIB) / 512);

const PCI = '/sys/devices/pci0000:00/0000:00:05.0/block';
const VIRTUAL = '/sys/devices/virtual/block';

/** A device with what /sys has of it. `at`: its folder. */
function device({
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

const partition = ({ name, number, start, size }: { name: string; number: string; start: number; size: number }) =>
  device({
    name,
    at: `${PCI}/vda/${name}`,
    number,
    mebibytes: size,
    more: { partition: '1', start: sectors(start) },
  });

const tree = (...parts: Pick<KernelTree, 'files' | 'links'>[]) => ({
  files: Object.assign({}, ...parts.map(({ files }) => files)) as Record<string, string | string[]>,
  links: Object.assign({}, ...parts.map(({ links }) => links)) as Record<string, string>,
});

const ROOT = '27 1 254:1 / / rw - ext4 /dev/vda1 rw';
const mountinfo = (...lines: string[]) => ({ '/proc/self/mountinfo': lines });

const aProcess = (more: Partial<ProcessView>): ProcessView => ({
  pid: 123,
  name: 'sleep',
  mountNamespace: 'mnt:[1]',
  deleted: [],
  devices: [],
  ...more,
});
const walking = (processes: readonly ProcessView[], more: Partial<Processes> = {}): Processes => ({
  walk: async () => ({ processes, ownNamespace: 'mnt:[1]', isWhole: true }),
  measure: async () => null,
  ...more,
});

async function unreached(
  { files, links }: ReturnType<typeof tree>,
  more: Partial<Omit<UnreachedQuery, 'files' | 'inventory'>> = {},
): Promise<readonly Unreached[]> {
  const known = { '/proc/filesystems': ['nodev\tproc', '\text4', '\tbtrfs'], ...mountinfo(ROOT) };
  return withTree({ files: { ...known, ...files }, links }, async (kernel) => {
    const rest = { mapper: NO_DEVICE_MAPPER, tools: NO_STORAGE_TOOLS, processes: walking([]), ...more };
    const inventory: Inventory = await takeInventory({
      files: kernel,
      mapper: rest.mapper,
      now: 0,
      facts: null,
      hasFstrim: null,
    });
    return findUnreached({ files: kernel, inventory, ...rest });
  });
}

const VDA = device({ name: 'vda', number: '254:0' });
const VDA1 = partition({ name: 'vda1', number: '254:1', start: 1, size: 1022 });

describe('a disk of which nothing is mounted', () => {
  const VDB = device({ name: 'vdb', number: '254:16' });

  it('is told with its size, and with what udev found on it', async () => {
    const disk = { type: 'not-mounted', disks: ['vdb'], path: '/dev/vdb', bytes: 1024 * MIB };
    expect(await unreached(tree(VDA, VDA1, VDB))).toEqual([{ ...disk, holds: null }]);
    const udev = { files: { '/run/udev/data/b254:16': 'E:ID_FS_UUID=1\nE:ID_FS_TYPE=ext4' }, links: {} };
    expect(await unreached(tree(VDA, VDA1, VDB, udev))).toEqual([{ ...disk, holds: 'ext4' }]);
  });

  const zfs = { files: { '/proc/filesystems': ['nodev\tzfs', '\text4'] }, links: {} };
  const member = { files: { '/run/udev/data/b254:16': 'E:ID_FS_TYPE=zfs_member' }, links: {} };
  const swap = {
    files: { '/proc/swaps': ['Filename Type Size Used Priority', '/dev/vdb partition 1048572 0 -2'] },
    links: {},
  };
  it.each([
    ['it is swapped to', tree(VDB, swap), {}],
    ['a process has it open', tree(VDB), { processes: walking([aProcess({ devices: ['/dev/vdb'] })]) }],
    ['a layer lies on it', tree(VDB, { files: { [`${PCI}/vdb/holders/dm-0`]: '' }, links: {} }), {}],
    ['it is write-protected', tree(device({ name: 'vdb', number: '254:16', more: { ro: '1' } })), {}],
    ['it is small', tree(device({ name: 'vdb', number: '254:16', mebibytes: 16 })), {}],
    ['it is memory', tree(device({ name: 'zram0', number: '254:16', at: `${VIRTUAL}/zram0` })), {}],
    ['ZFS may have it', tree(VDB, zfs), {}],
    ['ZFS has it', tree(VDB, zfs, member), {}],
    [
      'it is mounted where no path leads to it',
      tree(VDB, {
        files: mountinfo(
          ROOT,
          '28 27 254:16 / /srv rw - ext4 /dev/vdb rw',
          '29 28 254:1 /a /srv rw - ext4 /dev/vda1 rw',
        ),
        links: {},
      }),
      {},
    ],
  ] as const)('is not that where %s', async (_, parts, more) => {
    expect(await unreached(tree(VDA, VDA1, parts), more)).toEqual([]);
  });
});

describe('space that belongs to no filesystem', () => {
  it('is between partitions and after them, in whole pieces', async () => {
    const [vda1, vda2] = [
      partition({ name: 'vda1', number: '254:1', start: 1, size: 63 }),
      partition({ name: 'vda2', number: '254:2', start: 208, size: 600 }),
    ];
    const mounts = { files: mountinfo(ROOT, '28 27 254:2 / /srv rw - ext4 /dev/vda2 rw'), links: {} };
    const range = { type: 'free-range', disks: ['vda'], path: '/dev/vda' };
    expect(await unreached(tree(VDA, vda1, vda2, mounts))).toEqual([
      { ...range, bytes: 216 * MIB, offsetBytes: 808 * MIB },
      { ...range, bytes: 144 * MIB, offsetBytes: 64 * MIB },
    ]);
  });

  it('is not told of a disk where the place of one partition cannot be read: it would be discarded', async () => {
    const [vda1, vda2] = [
      partition({ name: 'vda1', number: '254:1', start: 1, size: 63 }),
      device({ name: 'vda2', at: `${PCI}/vda/vda2`, number: '254:2', mebibytes: 600, more: { partition: '2' } }),
    ];
    const mounts = { files: mountinfo(ROOT, '28 27 254:2 / /srv rw - ext4 /dev/vda2 rw'), links: {} };
    expect(await unreached(tree(VDA, vda1, vda2, mounts))).toEqual([]);
  });

  const pvs = (text: string): StorageTools => ({ ...NO_STORAGE_TOOLS, physicalVolumes: async () => text });
  const VDB = device({ name: 'vdb', number: '254:16' });

  it('is what pvs calls free, also where every volume is gone', async () => {
    expect(await unreached(tree(VDA, VDA1, VDB), { tools: pvs('  /dev/vdb|v-g|262144000\n  /dev/vdc||12\n') })).toEqual(
      [{ type: 'free-extents', disks: ['vdb'], path: '/dev/vdb', bytes: 250 * MIB, group: 'v-g' }],
    );
    expect(await unreached(tree(VDA, VDA1, VDB), { tools: pvs('  /dev/vdb|v-g|0\n') })).toEqual([]);
  });

  it('is what a thin pool in the guest has given to no volume', async () => {
    const pool = device({
      name: 'dm-2',
      at: `${VIRTUAL}/dm-2`,
      number: '253:2',
      mebibytes: 928,
      more: { 'dm/name': 'v--g-pool-tpool', 'dm/uuid': `LVM-${'a'.repeat(64)}-tpool`, 'slaves/vdb': '' },
    });
    // As `dmsetup status --noflush --target thin-pool` printed it (lvm2 2.03, Linux 6.1).
    const status = `v--g-pool-tpool: 0 ${sectors(928)} thin-pool 1 418/4096 1856/14848 - rw discard_passdown queue_if_no_space - 1024 `;
    const mapper = { ...NO_DEVICE_MAPPER, thinPools: async () => status };
    expect(await unreached(tree(VDA, VDA1, VDB, pool), { mapper, tools: pvs('  /dev/vdb|v-g|0') })).toEqual([
      { type: 'free-chunks', disks: ['vdb'], path: '/dev/mapper/v--g-pool', bytes: 812 * MIB },
    ]);
  });
});

describe('a mount of another namespace', () => {
  const LOOP4 = device({ name: 'loop4', number: '7:4', at: `${VIRTUAL}/loop4`, mebibytes: 64 });
  const THEIRS = {
    files: {
      '/proc/77/mountinfo': [
        '127 1 254:1 / / rw - ext4 /dev/vda1 rw',
        '128 127 7:4 / /mnt/a\\040b rw - ext4 /dev/loop4 rw',
        '129 127 0:5 / /proc rw - proc proc rw',
        '130 127 7:4 /x /also rw - ext4 /dev/loop4 rw',
      ],
    },
    links: {},
  };
  const containerd = aProcess({ pid: 77, name: 'containerd', mountNamespace: 'mnt:[2]' });

  it('is told once, with a process that sees it', async () => {
    const processes = walking([aProcess({}), containerd, { ...containerd, pid: 78 }]);
    expect(await unreached(tree(VDA, VDA1, LOOP4, THEIRS), { processes })).toEqual([
      {
        type: 'mounted-elsewhere',
        disks: ['loop4'],
        path: '/dev/loop4',
        bytes: 64 * MIB,
        kind: 'ext4',
        mount: '/mnt/a b',
        pid: 77,
        process: 'containerd',
      },
    ]);
  });

  it('is none where the agent sees the filesystem as well', async () => {
    const seen = { files: mountinfo(ROOT, '31 27 7:4 / /mnt/x rw - ext4 /dev/loop4 rw'), links: {} };
    expect(await unreached(tree(VDA, VDA1, LOOP4, THEIRS, seen), { processes: walking([containerd]) })).toEqual([]);
  });
});

describe('deleted files that are open', () => {
  const open = (descriptor: string, mountId = 27) => ({ descriptor, mountId });
  const measure: Processes['measure'] = async ({ pid, descriptor }) =>
    descriptor === '9' ? null : { identity: descriptor, bytes: Number(descriptor) * (pid === 125 ? 1 : MIB) };

  it('are added up by filesystem, each file once, and the process with the most is named first', async () => {
    const processes = walking(
      [
        aProcess({ pid: 123, name: 'a', deleted: [open('7'), open('9')] }),
        aProcess({ pid: 124, name: '', deleted: [open('7'), open('8')] }),
      ],
      { measure },
    );
    expect(await unreached(tree(VDA, VDA1), { processes })).toEqual([
      {
        type: 'deleted-files',
        mount: '/',
        bytes: 15 * MIB,
        files: 2,
        holders: [
          { pid: 124, process: '124', bytes: 15 * MIB },
          { pid: 123, process: 'a', bytes: 7 * MIB },
        ],
        isWhole: true,
      },
    ]);
  });

  it('are found behind a mount of another namespace, and asked of no filesystem that may hang', async () => {
    const theirs = {
      files: {
        ...mountinfo(ROOT, '40 27 0:40 / /nfs rw - nfs4 a:/b rw'),
        '/proc/77/mountinfo': ['927 1 254:1 / / rw - ext4 /dev/vda1 rw'],
      },
      links: {},
    };
    const processes = walking(
      [
        aProcess({ pid: 77, mountNamespace: 'mnt:[2]', deleted: [open('5', 927)] }),
        aProcess({ deleted: [open('6', 40), open('6', 4711)] }),
      ],
      {
        measure: (call) => {
          if (call.descriptor === '6') throw new Error('a hanging filesystem was asked');
          return measure(call);
        },
      },
    );
    expect(await unreached(tree(VDA, VDA1, theirs), { processes })).toMatchObject([{ mount: '/', bytes: 5 * MIB }]);
  });

  it('are no news while they are small', async () => {
    const processes = walking([aProcess({ pid: 125, deleted: [open('7')] })], { measure });
    expect(await unreached(tree(VDA, VDA1), { processes })).toEqual([]);
  });
});

it('snapshots of a btrfs are counted', async () => {
  const mounts = { files: mountinfo(ROOT, '40 27 0:40 / /srv rw - btrfs /dev/vda1 rw'), links: {} };
  const line = 'ID 257 gen 9 cgen 9 top level 5 otime 2026-11-26 10:00:00 path';
  const tools = { ...NO_STORAGE_TOOLS, snapshots: async () => `${line} daily\n${line} odd\nname\n` };
  expect(await unreached(tree(VDA, VDA1, mounts), { tools })).toEqual([{ type: 'snapshots', mount: '/srv', count: 2 }]);
});
