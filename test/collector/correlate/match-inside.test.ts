import { expect, it } from 'vitest';
import { matchInside } from '../../../collector/src/correlate/match-inside.ts';
import type { HostDisk } from '../../../collector/src/model/domain.ts';
import type { InsideAddress } from '../../../collector/src/model/guest-agent.ts';
import { aDisk, aHostDisk } from './examples.ts';

const address = (rest: Partial<InsideAddress>): InsideAddress => ({
  target: null,
  serial: null,
  pciAddress: null,
  place: null,
  busKind: null,
  device: null,
  ...rest,
});

/** Which disk of the host each of the guest's is, and by what. */
function match(addresses: Readonly<Record<string, Partial<InsideAddress>>>, hostDisks: readonly HostDisk[]) {
  const names = Object.keys(addresses);
  const found = matchInside({
    disks: names.map((name) => ({ ...aDisk({ name }), sizeBytes: null })),
    addresses: new Map(names.map((name) => [name, address(addresses[name] ?? {})])),
    hostDisks,
  });
  return found.map(({ disk, hostDisk, matchedBy }) => [disk.name, hostDisk?.id ?? null, matchedBy]);
}

const disk = (id: string, rest: Partial<HostDisk> = {}) => aHostDisk({ id, image: `/images/${id}`, ...rest });

it('believes libvirt, which has compared the address itself', () => {
  const hostDisks = [disk('a', { target: 'vda', bus: 'virtio-blk' }), disk('b', { target: 'sda', bus: 'virtio-scsi' })];
  expect(match({ vda: { target: 'vda' }, sdb: { target: 'sda' } }, hostDisks)).toEqual([
    ['vda', 'a', 'libvirt-target'],
    ['sdb', 'b', 'libvirt-target'],
  ]);
});

it('but not where the serial that the guest tells is that of another disk', () => {
  const hostDisks = [disk('a', { target: 'vda', bus: 'virtio-blk', serial: 'root' })];
  expect(match({ vda: { target: 'vda', serial: 'other' } }, hostDisks)).toEqual([['vda', null, null]]);
});

it.each([
  ['virtio-blk', 'data-1', 'data-1'],
  ['virtio-blk', 'a-serial-of-more-than-20', 'a-serial-of-more-tha'],
  ['virtio-scsi', 'data-1', '0QEMU_QEMU_HARDDISK_data-1'],
  ['sata', 'data 1', 'QEMU_HARDDISK_data_1'],
  ['nvme', 'data-1', 'QEMU_NVMe_Ctrl_data-1'],
] as const)('knows the serial of a %s disk (%s) as udev writes it (%s)', (bus, serial, said) => {
  expect(match({ x: { serial: said } }, [disk('a', { bus, serial })])).toEqual([['x', 'a', 'serial']]);
});

it('knows a disk with a world-wide name by that', () => {
  const host = disk('a', { bus: 'virtio-scsi', serial: 'data', wwn: '0x5000c500a1b2c3d4' });
  expect(match({ sda: { serial: '35000c500a1b2c3d4' } }, [host])).toEqual([['sda', 'a', 'wwn']]);
});

it('matches nothing by a serial that two disks have', () => {
  const hostDisks = ['a', 'b'].map((id) => disk(id, { bus: 'virtio-blk', serial: 'same' }));
  expect(match({ vda: { serial: 'same' }, vdb: {} }, hostDisks)).toEqual([
    ['vda', null, null],
    ['vdb', null, null],
  ]);
});

it('knows a disk on the root bus by its PCI address, and one behind a bridge not', () => {
  const hostDisks = [
    disk('a', { bus: 'virtio-blk', pciPath: ['05.0'] }),
    disk('b', { bus: 'virtio-blk', pciPath: ['02.1', '00.0'] }),
  ];
  expect(match({ vda: { pciAddress: '0000:00:05.0' }, vdb: { pciAddress: '0000:02:00.0' } }, hostDisks)).toEqual([
    ['vda', 'a', 'pci-path'],
    ['vdb', null, null],
  ]);
});

it('does not take the target of virtio-scsi for told: two disks that differ in nothing else are no match', () => {
  const scsi = (id: string, { target, lun }: { target: number; lun: number }) =>
    disk(id, { bus: 'virtio-scsi', pciPath: ['04.0'], scsiAddress: { channel: 0, target, lun } });
  const at = (unit: number) => ({ pciAddress: '0000:00:04.0', place: { bus: 0, target: 0, unit } });
  expect(
    match({ sda: at(0), sdb: at(1) }, [scsi('a', { target: 0, lun: 0 }), scsi('b', { target: 0, lun: 1 })]),
  ).toEqual([
    ['sda', 'a', 'pci-path'],
    ['sdb', 'b', 'pci-path'],
  ]);
  // The second is told of by nobody, and the first could be either.
  expect(match({ sda: at(0) }, [scsi('a', { target: 0, lun: 0 }), scsi('b', { target: 1, lun: 0 })])).toEqual([
    ['sda', null, null],
  ]);
});

it('says what was told where nothing fits', () => {
  const [found] = matchInside({
    disks: [aDisk({ name: 'vda' })],
    addresses: new Map([['vda', address({ serial: 'unknown', pciAddress: '0000:05:00.0' })]]),
    hostDisks: [disk('a')],
  });
  expect(found?.why).toMatch(/serial unknown, PCI address 0000:05:00.0/);
});

it('reads each of 4,096 disks a few times, also where thousands say that they are the same one', () => {
  const MANY = 4096;
  let read = 0;
  const counted = (serial: string): InsideAddress =>
    Object.defineProperty(address({}), 'serial', {
      enumerable: true,
      get() {
        read += 1;
        return serial;
      },
    });
  const names = Array.from({ length: MANY }, (_, index) => `d${index}`);
  const hostDisks = ['a', 'b'].map((id) => disk(id, { bus: 'virtio-blk', serial: id }));
  const found = matchInside({
    disks: names.map((name) => aDisk({ name })),
    // The same ones last: whoever looks for another that has it passes all before them.
    addresses: new Map(
      names.map((name, index) => [name, counted(index === 0 ? 'b' : index < MANY / 2 ? `none-${index}` : 'a')]),
    ),
    hostDisks,
  });
  expect(found.flatMap(({ disk: { name }, hostDisk }) => (hostDisk === null ? [] : [[name, hostDisk.id]]))).toEqual([
    ['d0', 'b'],
  ]);
  expect(read).toBeLessThan(16 * MANY);
});
