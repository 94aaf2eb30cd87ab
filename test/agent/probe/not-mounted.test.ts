import { describe, expect, it } from 'vitest';
import { NO_DEVICE_MAPPER } from '../../../agent/src/ports/device-mapper.ts';
import { NO_STORAGE_TOOLS } from '../../../agent/src/ports/storage-tools.ts';
import { takeInventory } from '../../../agent/src/probe/probe.ts';
import {
  aProcess,
  device,
  MIB,
  mountinfo,
  PCI,
  ROOT,
  tree,
  unreached,
  VDA,
  VDA1,
  VIRTUAL,
  walking,
} from './unreached-guest.ts';
import { withTree } from './with-tree.ts';

describe('a disk of which nothing is mounted', () => {
  const VDB = device({ name: 'vdb', number: '254:16' });

  it('is told with its size, and with what udev found on it', async () => {
    const disk = { type: 'not-mounted', disks: ['vdb'], path: '/dev/vdb', bytes: 1024 * MIB };
    expect(await unreached(tree(VDA, VDA1, VDB))).toEqual([{ ...disk, holds: null }]);
    const udev = { files: { '/run/udev/data/b254:16': 'E:ID_FS_UUID=1\nE:ID_FS_TYPE=ext4' }, links: {} };
    expect(await unreached(tree(VDA, VDA1, VDB, udev))).toEqual([{ ...disk, holds: 'ext4' }]);
  });

  it('is in the inventory all the same, so that the host can tell which image it is', async () => {
    const { files, links } = tree(VDA, VDA1, VDB);
    const query = { mapper: NO_DEVICE_MAPPER, now: 0, facts: null, hasFstrim: null };
    const inventory = await withTree({ files: { ...files, ...mountinfo(ROOT) }, links }, (kernel) =>
      takeInventory({ files: kernel, ...query }),
    );
    expect(inventory.disks.map(({ name }) => name)).toEqual(['vda', 'vdb']);
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
    ['LVM may have it, and does not answer', tree(VDB), { tools: NO_STORAGE_TOOLS }],
    ['not every process was looked at', tree(VDB), { processes: walking([], { isWhole: false }) }],
    ['the namespace of the agent is not known', tree(VDB), { processes: walking([], { ownNamespace: null }) }],
    [
      'a namespace may not be read',
      tree(VDB),
      { processes: walking([aProcess({ pid: 77, mountNamespace: 'mnt:[2]' })]) },
    ],
    [
      'a namespace has more mounts than are read',
      tree(VDB, { files: { '/proc/77/mountinfo': ' '.repeat(1024 ** 2 + 1) }, links: {} }),
      { processes: walking([aProcess({ pid: 77, mountNamespace: 'mnt:[2]' })]) },
    ],
    [
      'there are more namespaces than are read',
      tree(
        VDB,
        ...Array.from({ length: 129 }, (_, at) => ({ files: { [`/proc/${at + 1}/mountinfo`]: ROOT }, links: {} })),
      ),
      {
        processes: walking(
          Array.from({ length: 129 }, (_, at) => aProcess({ pid: at + 1, mountNamespace: `mnt:[${at + 2}]` })),
        ),
      },
    ],
    [
      'another namespace has it mounted as what nobody trims',
      tree(VDB, { files: { '/proc/77/mountinfo': '28 1 254:16 / / ro - squashfs /dev/vdb ro' }, links: {} }),
      { processes: walking([aProcess({ pid: 77, mountNamespace: 'mnt:[2]' })]) },
    ],
    [
      'a partition of it cannot be read',
      tree(VDB, {
        files: { [`${PCI}/vdb/vdb1/partition`]: '1' },
        links: { '/sys/class/block/vdb1': `${PCI}/vdb/vdb1` },
      }),
      {},
    ],
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

  it('is not that where another namespace has it mounted, however many are mounted there', async () => {
    const loops = Array.from({ length: 64 }, (_, at) =>
      device({ name: `loop${at}`, number: `7:${at}`, at: `${VIRTUAL}/loop${at}` }),
    );
    const lines = loops.map((_, at) => `${100 + at} 1 7:${at} / /l${at} rw - ext4 /dev/loop${at} rw`);
    const theirs = {
      files: { '/proc/77/mountinfo': [...lines, '200 1 254:16 / /last rw - ext4 /dev/vdb rw'] },
      links: {},
    };
    const processes = walking([aProcess({ pid: 77, mountNamespace: 'mnt:[2]' })]);
    const found = await unreached(tree(VDA, VDA1, VDB, ...loops, theirs), { processes });
    expect(new Set(found.map(({ type }) => type))).toEqual(new Set(['mounted-elsewhere']));
  });
});
