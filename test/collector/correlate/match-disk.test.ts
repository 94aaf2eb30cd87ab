import type { Disk } from '@trimtab/protocol';
import { describe, expect, it } from 'vitest';
import { type Candidate, matchDisks } from '../../../collector/src/correlate/match-disk.ts';
import type { HostDisk } from '../../../collector/src/model/domain.ts';

const GIB = 1024 ** 3;

const guestDisk = (overrides: Partial<Disk>): Disk => ({
  name: 'sda',
  sizeBytes: 30 * GIB,
  driver: 'sd',
  model: null,
  serial: null,
  wwn: null,
  pciAddress: null,
  scsiAddress: null,
  backingFile: null,
  ...overrides,
});

const candidate = (overrides: Partial<HostDisk>, capacityBytes: number | null = 30 * GIB): Candidate => ({
  hostDisk: {
    id: 'disk0',
    bus: 'virtio-scsi',
    image: '/images/a.raw',
    format: 'raw',
    readOnly: false,
    serial: null,
    wwn: null,
    pciAddress: null,
    scsiAddress: null,
    kernelName: null,
    nodes: [],
    ...overrides,
  },
  capacityBytes,
});

/** The images that were matched, with the key that decided. */
const match = (disks: Disk[], candidates: Candidate[]) =>
  matchDisks(disks, candidates).map(({ disk, hostDisk, matchedBy }) => [disk.name, hostDisk?.id ?? null, matchedBy]);

describe('a key decides', () => {
  it('the same kernel: a loop device is known by its name', () => {
    expect(
      match([guestDisk({ name: 'loop3' })], [candidate({ id: 'loop3', bus: 'loop', kernelName: 'loop3' })]),
    ).toEqual([['loop3', 'loop3', 'same-kernel']]);
  });

  it.each([
    ['virtio-blk', 'ABCDEFGHIJKLMNOPQRST'],
    ['nvme', 'ABCDEFGHIJKLMNOPQRST'],
    ['sata', 'ABCDEFGHIJKLMNOPQRST'],
    ['virtio-scsi', 'ABCDEFGHIJKLMNOPQRSTUVWXYZ0123'],
  ] as const)('the serial, as far as %s shows it', (bus, serial) => {
    const configured = candidate({ id: 'x', bus, serial: 'ABCDEFGHIJKLMNOPQRSTUVWXYZ0123' });
    expect(match([guestDisk({ serial })], [configured, candidate({ serial: 'other' })])).toEqual([
      ['sda', 'x', 'serial'],
    ]);
  });

  it.each(['naa.5000c500a1b2c3d4', '0x5000c500a1b2c3d4'])('the WWN, however it is written: %s', (wwn) => {
    const candidates = [
      candidate({ id: 'x', wwn: '5000C500A1B2C3D4' }),
      candidate({ id: 'y', wwn: '5000c500a1b2c3d5' }),
    ];
    expect(match([guestDisk({ wwn })], candidates)).toEqual([['sda', 'x', 'wwn']]);
  });

  it('the PCI address of a virtio-blk disk', () => {
    const candidates = [
      candidate({ id: 'x', bus: 'virtio-blk', pciAddress: '0000:00:05.0' }),
      candidate({ id: 'y', bus: 'virtio-blk', pciAddress: '0000:00:06.0' }),
    ];
    expect(match([guestDisk({ name: 'vda', pciAddress: '0000:00:06.0' })], candidates)).toEqual([
      ['vda', 'y', 'pci-address'],
    ]);
  });

  it('the controller’s PCI address with target and LUN', () => {
    const at = (lun: number) => ({ channel: 0, target: 0, lun });
    const candidates = [0, 1].map((lun) =>
      candidate({ id: `lun${lun}`, pciAddress: '0000:00:04.0', scsiAddress: at(lun) }),
    );
    const disks = [1, 0].map((lun, index) =>
      guestDisk({ name: `sd${index}`, pciAddress: '0000:00:04.0', scsiAddress: { host: 2, ...at(lun) } }),
    );
    expect(match(disks, candidates)).toEqual([
      ['sd0', 'lun1', 'pci-address'],
      ['sd1', 'lun0', 'pci-address'],
    ]);
  });

  it('the size, when no other disk on either side has it', () => {
    expect(
      match(
        [guestDisk({}), guestDisk({ name: 'sdb', sizeBytes: GIB })],
        [candidate({ id: 'x' }), candidate({ id: 'y' }, GIB)],
      ),
    ).toEqual([
      ['sda', 'x', 'only-one-of-its-size'],
      ['sdb', 'y', 'only-one-of-its-size'],
    ]);
  });
});

describe('nothing is matched', () => {
  const unmatched = [['sda', null, null]];

  it('when the size contradicts the serial', () => {
    expect(match([guestDisk({ serial: 's' })], [candidate({ serial: 's' }, GIB)])).toEqual(unmatched);
  });

  it('when a serial is on two disks, and nothing else tells them apart', () => {
    expect(match([guestDisk({ serial: 's' })], [candidate({ serial: 's' }), candidate({ serial: 's' })])).toEqual(
      unmatched,
    );
  });

  it('when two guest disks claim one image', () => {
    const disks = [guestDisk({ serial: 's' }), guestDisk({ name: 'sdb', serial: 's' })];
    expect(match(disks, [candidate({ serial: 's' })])).toEqual([
      ['sda', null, null],
      ['sdb', null, null],
    ]);
  });

  it('when the only disk of its size has another serial', () => {
    expect(match([guestDisk({ serial: 's' })], [candidate({ serial: 'other' })])).toEqual(unmatched);
  });

  it('by size when some image’s capacity is unknown', () => {
    expect(match([guestDisk({})], [candidate({}), candidate({}, null)])).toEqual(unmatched);
  });

  it('and the reason names what was compared', () => {
    const [found] = matchDisks([guestDisk({ serial: 's1' })], [candidate({}), candidate({})]);
    expect(found?.why).toBe('2 disks of its size on the host, and none alone agrees with its serial s1');
    expect(matchDisks([guestDisk({})], [])[0]?.why).toBe('the host knows of no disk of this guest');
  });
});

it('a serial on two disks leaves the decision to the next key', () => {
  const candidates = ['0000:00:05.0', '0000:00:06.0'].map((pciAddress, index) =>
    candidate({ id: `disk${index}`, bus: 'virtio-blk', serial: 'clone', pciAddress }),
  );
  const disk = guestDisk({ name: 'vda', serial: 'clone', pciAddress: '0000:00:06.0' });
  expect(match([disk], candidates)).toEqual([['vda', 'disk1', 'pci-address']]);
});
