import { inventorySchema, LIST_LIMIT, stacksOf } from '@trimtab/protocol';
import { findGuestCauses } from '@trimtab/protocol/causes';
import * as v from 'valibot';
import { describe, expect, it } from 'vitest';
import type { InsideAddress, InsideDisk, InsideFilesystem } from '../../../collector/src/model/guest-agent.ts';
import { toInventory } from '../../../collector/src/qga/to-inventory.ts';

const GIB = 1024 ** 3;

const at = (device: string | null, rest: Partial<InsideAddress> = {}): InsideAddress => ({
  target: null,
  serial: null,
  pciAddress: null,
  place: null,
  busKind: null,
  device,
  ...rest,
});

type Mounted = Pick<InsideFilesystem, 'mount' | 'name'> & { readonly kind?: string };

const mounted = ({ mount, name, kind = 'ext4' }: Mounted, disks: readonly InsideAddress[]): InsideFilesystem => ({
  mount,
  kind,
  name,
  sizeBytes: 4 * GIB,
  usedBytes: GIB,
  disks,
});

const listed = (name: string, rest: Partial<InsideDisk> = {}): InsideDisk => ({
  name,
  isPartition: false,
  dependencies: [],
  mapperName: null,
  address: null,
  ...rest,
});

/** Each mount with the whole disks below it. */
function disksBelow(filesystems: readonly InsideFilesystem[], disks: readonly InsideDisk[] | null = null) {
  const { inventory } = toInventory({ filesystems, disks, takenAt: 1 });
  expect(v.is(inventorySchema, inventory)).toBe(true);
  // What is not told proves nothing.
  expect(findGuestCauses(inventory)).toEqual([]);
  return stacksOf(inventory).map(({ filesystem, disks: below }) => [filesystem.mount, below]);
}

describe('an inventory of what qemu-ga tells', () => {
  it('has the disk below a partition, with and without a list of disks', () => {
    const filesystems = [
      mounted({ mount: '/', name: 'vda1' }, [at('/dev/vda1')]),
      mounted({ mount: '/srv', name: 'nvme0n1p2' }, [at('/dev/nvme0n1p2')]),
    ];
    const told = [
      ['/', ['vda']],
      ['/srv', ['nvme0n1']],
    ];
    expect(disksBelow(filesystems)).toEqual(told);
    const disks = [
      listed('/dev/vda', { address: at('/dev/vda') }),
      listed('/dev/vda1', { isPartition: true, dependencies: ['/dev/vda'] }),
      listed('/dev/nvme0n1', { address: at('/dev/nvme0n1') }),
      listed('/dev/nvme0n1p2', { isPartition: true, dependencies: ['/dev/nvme0n1'] }),
    ];
    expect(disksBelow(filesystems, disks)).toEqual(told);
  });

  it('has both disks below a volume of LVM, with what is between where that is told', () => {
    const root = mounted({ mount: '/', name: 'dm-0' }, [at('/dev/vda2'), at('/dev/vdb')]);
    const disks = [
      listed('/dev/vda', { address: at('/dev/vda') }),
      listed('/dev/vda2', { isPartition: true, dependencies: ['/dev/vda'] }),
      listed('/dev/vdb', { address: at('/dev/vdb') }),
      listed('/dev/dm-0', { dependencies: ['/dev/vda2', '/dev/vdb'], mapperName: 'vg-root' }),
    ];
    expect(disksBelow([root])).toEqual([['/', ['vda', 'vdb']]]);
    expect(disksBelow([root], disks)).toEqual([['/', expect.arrayContaining(['vda', 'vdb'])]]);
    const { inventory } = toInventory({ filesystems: [root], disks, takenAt: 1 });
    expect(inventory.layers.find(({ name }) => name === 'dm-0')).toMatchObject({
      kind: 'dm',
      label: '/dev/mapper/vg-root',
      below: ['vda2', 'vdb'],
    });
  });

  it('knows disks by what else is told where their names are not: libvirt’s name, a serial', () => {
    const filesystems = [
      mounted({ mount: '/', name: 'vda1' }, [at(null, { target: 'vda' })]),
      mounted({ mount: '/srv', name: 'sda1' }, [at(null, { serial: 'data-1' })]),
    ];
    expect(disksBelow(filesystems)).toEqual([
      ['/', ['vda']],
      ['/srv', ['data-1']],
    ]);
  });

  it('has a filesystem once, however often it is mounted', () => {
    const { inventory } = toInventory({
      filesystems: [
        mounted({ mount: '/srv/data', name: 'vdb' }, [at('/dev/vdb')]),
        mounted({ mount: '/mnt', name: 'vdb' }, [at('/dev/vdb')]),
      ],
      disks: null,
      takenAt: 1,
    });
    expect(inventory.filesystems).toMatchObject([{ mount: '/mnt', alsoMountedAt: ['/srv/data'] }]);
  });

  it('has those of Windows by their drives, and leaves out what has none', () => {
    const disk = at('\\\\.\\PhysicalDrive0');
    expect(
      disksBelow([
        mounted({ mount: 'C:\\', name: '\\\\?\\Volume{1}\\', kind: 'NTFS' }, [disk]),
        mounted({ mount: 'System Reserved', name: '', kind: 'NTFS' }, [disk]),
      ]),
    ).toEqual([['C:\\', ['PhysicalDrive0']]]);
  });

  it('tells no size of a disk, and no limit of a layer: nobody has told them', () => {
    const { inventory } = toInventory({
      filesystems: [mounted({ mount: '/', name: 'vda1' }, [at('/dev/vda1')])],
      disks: null,
      takenAt: 1,
    });
    expect(inventory.disks).toMatchObject([{ name: 'vda', sizeBytes: null }]);
    expect(inventory.layers.map(({ discard }) => discard.maxBytes)).toEqual([null, null]);
    expect(inventory).toMatchObject({ unreached: null, hasFstrim: null, fstrimTimer: null });
  });
});

describe('a guest that tells of more than there can be', () => {
  const MANY = 1_024;
  const names = Array.from({ length: MANY }, (_, index) => `d${index}`);
  const next = ({ index, by }: { index: number; by: number }) => names[(index + by) % MANY] ?? '';

  // Each stands on 256 others, in circles: to follow all of it from each filesystem takes minutes.
  it('has no more of it followed than anything real stands on', () => {
    const disks = names.map((name, index) =>
      listed(`/dev/${name}`, {
        dependencies: Array.from({ length: 256 }, (_, by) => next({ index, by: 7 * by + 1 })),
        address: at(`/dev/${name}`),
      }),
    );
    const filesystems = names.map((name) => mounted({ mount: `/${name}`, name }, [at(`/dev/${name}`)]));
    expect(disksBelow(filesystems, disks)).toHaveLength(MANY);
  });

  it('is known by each of its disks at once, also where none of them has a name', () => {
    const disks = names.map((name) => listed(`/dev/${name}`, { address: at(null, { serial: name }) }));
    const filesystems = names.map((name, index) =>
      mounted(
        { mount: `/${name}`, name: `dm-${index}` },
        Array.from({ length: 32 }, (_, by) => at(null, { serial: next({ index, by }) })),
      ),
    );
    const told = disksBelow(filesystems, disks);
    expect(told[5]).toEqual(['/d5', names.slice(5, 37)]);
  });

  it('has no more disks and layers than an agent may tell, of 30,000 that it says are below its filesystems', () => {
    const filesystems = Array.from({ length: 120 }, (_, group) =>
      mounted(
        { mount: `/m${group}`, name: `dm-${group}` },
        Array.from({ length: 250 }, (_, index) => at(null, { serial: `s${group * 250 + index}` })),
      ),
    );
    const { inventory, addresses } = toInventory({ filesystems, disks: null, takenAt: 1 });
    expect(v.is(inventorySchema, inventory)).toBe(true);
    expect(addresses.size).toBe(LIST_LIMIT);
    expect(inventory.disks).toHaveLength(LIST_LIMIT);
    // Below a filesystem nothing is named that is not among them.
    const named = new Set(inventory.layers.flatMap(({ below }) => below));
    expect([...named].filter((name) => !addresses.has(name))).toEqual([]);
  });
});
