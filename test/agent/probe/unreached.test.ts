import { describe, expect, it } from 'vitest';
import { NO_DEVICE_MAPPER } from '../../../agent/src/ports/device-mapper.ts';
import type { Processes } from '../../../agent/src/ports/processes.ts';
import { NO_STORAGE_TOOLS, type StorageTools } from '../../../agent/src/ports/storage-tools.ts';
import { findFreeRanges } from '../../../agent/src/probe/unreached/free-ranges.ts';
import {
  aProcess,
  device,
  MIB,
  mountinfo,
  PCI,
  partition,
  ROOT,
  STILL,
  sectors,
  tree,
  unreached,
  VDA,
  VDA1,
  VIRTUAL,
  walking,
} from './unreached-guest.ts';

describe('space that belongs to no filesystem', () => {
  it('is between partitions and after them, in whole pieces, and never where the copy of a table lies', async () => {
    const [vda1, vda2] = [
      partition({ name: 'vda1', number: '254:1', start: 1, size: 63 }),
      partition({ name: 'vda2', number: '254:2', start: 208, size: 600 }),
    ];
    const mounts = { files: mountinfo(ROOT, '28 27 254:2 / /srv rw - ext4 /dev/vda2 rw'), links: {} };
    const range = { type: 'free-range', disks: ['vda'], path: '/dev/vda' };
    expect(await unreached(tree(VDA, vda1, vda2, mounts))).toEqual([
      { ...range, bytes: 215 * MIB, offsetBytes: 808 * MIB },
      { ...range, bytes: 144 * MIB, offsetBytes: 64 * MIB },
    ]);
  });

  it('is before the first partition, and never where a table and a boot loader lie', async () => {
    const vda1 = partition({ name: 'vda1', number: '254:1', start: 300, size: 723 });
    expect(await unreached(tree(VDA, vda1))).toEqual([
      { type: 'free-range', disks: ['vda'], path: '/dev/vda', bytes: 299 * MIB, offsetBytes: 1 * MIB },
    ]);
  });

  const [FIRST, AT, PARTITION] = [
    partition({ name: 'vda1', number: '254:1', start: 1, size: 63 }),
    `${PCI}/vda/vda2`,
    { partition: '2', start: sectors(208) },
  ];
  const mounts = { files: mountinfo(ROOT, '28 27 254:2 / /srv rw - ext4 /dev/vda2 rw'), links: {} };
  const second = (mebibytes: number, more: Record<string, string>) =>
    device({ name: 'vda2', at: AT, number: '254:2', mebibytes, more });
  it.each([
    ['the place of one partition cannot be read', tree(second(600, { partition: '2' }))],
    ['the size of one partition cannot be read', tree(second(600, { ...PARTITION, size: '?' }))],
    [
      'one partition holds others, each with a table of its own before it',
      tree(second(0, { ...PARTITION, size: '2' }), partition({ name: 'vda5', number: '254:5', start: 500, size: 8 })),
    ],
    [
      'a partition is of nobody knows which disk',
      tree(second(600, PARTITION), {
        files: { '/sys/vda3': '', '/sys/class/block/vda3/partition': '3', '/sys/class/block/vda3/start': '9' },
        links: {},
      }),
    ],
  ])('is not told of a disk where %s', async (_, parts) => {
    expect((await unreached(tree(VDA, FIRST, parts, mounts))).filter(({ type }) => type === 'free-range')).toEqual([]);
  });

  it('is not told where there are more devices than are read', () => {
    const vda1 = { name: 'vda1', sizeBytes: MIB, within: { disk: 'vda', offsetBytes: MIB } };
    const devices = [{ name: 'vda', sizeBytes: 1024 * MIB, within: null }, vda1];
    expect(findFreeRanges({ devices, isWhole: true })).toHaveLength(1);
    expect(findFreeRanges({ devices, isWhole: false })).toEqual([]);
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

  it('are at least so many where the time is over', async () => {
    let now = 0;
    const processes = walking([aProcess({ deleted: [open('7'), open('8')] })], {
      measure: (call) => {
        now = 10_000;
        return measure(call);
      },
    });
    expect(await unreached(tree(VDA, VDA1), { processes, clock: { ...STILL, monotonicMs: () => now } })).toMatchObject([
      { bytes: 7 * MIB, isWhole: false },
    ]);
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
