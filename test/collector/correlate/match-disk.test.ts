import type { Disk } from '@trimtab/protocol';
import { describe, expect, it } from 'vitest';
import { type Candidate, matchDisks } from '../../../collector/src/correlate/match-disk.ts';
import type { HostDisk } from '../../../collector/src/model/domain.ts';
import { aHostDisk, GIB, aDisk as guestDisk } from './examples.ts';

const candidate = (overrides: Partial<HostDisk>, capacityBytes: number | null = 30 * GIB): Candidate => ({
  hostDisk: aHostDisk(overrides),
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

  it('the PCI path of a virtio-blk disk, bridges included', () => {
    const candidates = [
      candidate({ id: 'x', bus: 'virtio-blk', pciPath: ['02.0', '00.0'] }),
      candidate({ id: 'y', bus: 'virtio-blk', pciPath: ['02.1', '00.0'] }),
    ];
    expect(match([guestDisk({ name: 'vda', pciPath: ['02.1', '00.0'] })], candidates)).toEqual([
      ['vda', 'y', 'pci-path'],
    ]);
  });

  it('the controller’s PCI address with target and LUN', () => {
    const at = (lun: number) => ({ channel: 0, target: 0, lun });
    const candidates = [0, 1].map((lun) => candidate({ id: `lun${lun}`, pciPath: ['04.0'], scsiAddress: at(lun) }));
    const disks = [1, 0].map((lun, index) =>
      guestDisk({ name: `sd${index}`, pciPath: ['04.0'], scsiAddress: { host: 2, ...at(lun) } }),
    );
    expect(match(disks, candidates)).toEqual([
      ['sd0', 'lun1', 'pci-path'],
      ['sd1', 'lun0', 'pci-path'],
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

  it('by its size where another loop device of the host is the only one left: its own image may be deleted', () => {
    const other = candidate({ id: 'loop0', bus: 'loop', kernelName: 'loop0' });
    expect(match([guestDisk({ name: 'loop3' })], [other])).toEqual([['loop3', null, null]]);
  });

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
  const candidates = ['05.0', '06.0'].map((place, index) =>
    candidate({ id: `disk${index}`, bus: 'virtio-blk', serial: 'clone', pciPath: [place] }),
  );
  const disk = guestDisk({ name: 'vda', serial: 'clone', pciPath: ['06.0'] });
  expect(match([disk], candidates)).toEqual([['vda', 'disk1', 'pci-path']]);
});

describe('the place of a disk', () => {
  const sata = (name: string) =>
    guestDisk({ name, pciPath: ['1f.2'], scsiAddress: { host: 0, channel: 0, target: 0, lun: 0 } });

  it('on SATA decides while it is alone on its controller, and not when there are two', () => {
    const one = candidate({ id: 'x', bus: 'sata', pciPath: ['1f.2'] });
    const two = candidate({ id: 'y', bus: 'sata', pciPath: ['1f.2'] });
    expect(match([sata('sda')], [one])).toEqual([['sda', 'x', 'pci-path']]);
    expect(match([sata('sda'), sata('sdb')], [one, two])).toEqual([
      ['sda', null, null],
      ['sdb', null, null],
    ]);
    // The host leaves one of them out; it must not be taken for the other.
    expect(match([sata('sda'), sata('sdb')], [one])).toEqual([
      ['sda', null, null],
      ['sdb', null, null],
    ]);
  });

  it('does not decide against another serial or WWN: the disk was exchanged since the host was read', () => {
    const there = candidate({ id: 'x', bus: 'virtio-blk', serial: 'old', pciPath: ['05.0'] });
    const [found] = matchDisks([guestDisk({ serial: 'new', pciPath: ['05.0'] })], [there]);
    expect(found).toMatchObject({
      hostDisk: null,
      why: 'its PCI path 05.0 leads to x, which has another serial or WWN: it was exchanged',
    });
  });

  it('is no place without a path: a configured disk stays unmatched', () => {
    const two = [candidate({ id: 'x', bus: 'unknown' }), candidate({ id: 'y', bus: 'unknown' })];
    expect(match([guestDisk({ pciPath: ['05.0'] })], two)).toEqual([['sda', null, null]]);
  });
});

describe('two disks of a guest that lead to one image by different keys', () => {
  const one = candidate({ id: 'x', bus: 'virtio-blk', serial: 's', pciPath: ['05.0'] });
  const bySerial = guestDisk({ name: 'vda', serial: 's', pciPath: ['06.0'] });
  const byPlace = guestDisk({ name: 'vdb', pciPath: ['05.0'] });

  it.each([[[bySerial, byPlace]], [[byPlace, bySerial]]])('the stronger key has it, whatever the order', (disks) => {
    expect(match(disks, [one]).sort()).toEqual([
      ['vda', 'x', 'serial'],
      ['vdb', null, null],
    ]);
    expect(matchDisks(disks, [one]).find(({ disk }) => disk === byPlace)?.why).toBe(
      'its PCI path 05.0 leads to x, which is vda’s by serial',
    );
  });
});

describe('behaviour', () => {
  const disks = [guestDisk({ name: 'sda' }), guestDisk({ name: 'sdb' })];
  const two = [candidate({ id: 'x' }), candidate({ id: 'y' })];

  it('decides where nothing else does', () => {
    const proven = new Map([
      ['sda', 'y'],
      ['sdb', 'x'],
    ]);
    expect(matchDisks(disks, two, proven).map(({ hostDisk, matchedBy }) => [hostDisk?.id, matchedBy])).toEqual([
      ['y', 'behaviour'],
      ['x', 'behaviour'],
    ]);
  });

  it('does not decide against the size, and gives one image to one disk only', () => {
    expect(matchDisks(disks, [candidate({ id: 'x' }, GIB)], new Map([['sda', 'x']]))[0]?.hostDisk).toBeNull();
    const both = new Map([
      ['sda', 'x'],
      ['sdb', 'x'],
    ]);
    expect(matchDisks(disks, two, both).map(({ hostDisk }) => hostDisk)).toEqual([null, null]);
  });
});

describe('unmatched, because', () => {
  it.each([
    [
      'the image has another size',
      guestDisk({ serial: 's' }),
      [candidate({ id: 'x', serial: 's' }, GIB)],
      'its serial s leads to x, whose image has 1073741824 bytes while the disk has 32212254720',
    ],
    [
      'two disks on the host have the serial',
      guestDisk({ serial: 's' }),
      [candidate({ id: 'x', serial: 's' }), candidate({ id: 'y', serial: 's' })],
      '2 disks on the host agree with its serial s: x and y',
    ],
    [
      'no image has the size',
      guestDisk({}),
      [candidate({}, GIB)],
      'no disk of this guest on the host has its size, 32212254720 bytes',
    ],
    [
      'a size could not be read',
      guestDisk({ serial: 's' }),
      [candidate({ id: 'x' }, null)],
      'the size of x could not be read, and nothing agrees with its serial s',
    ],
  ])('%s', (_, disk, candidates, why) => {
    expect(matchDisks([disk], candidates)[0]?.why).toBe(why);
  });

  it('two disks in the guest have one serial', () => {
    const copies = ['sda', 'sdb'].map((name) => guestDisk({ name, serial: 's' }));
    expect(matchDisks(copies, [candidate({ serial: 's' })])[0]?.why).toBe(
      'sda and sdb in the guest all have the serial s: a copy, or paths to one disk',
    );
  });
});

it('a disk whose bus the host does not know has a serial cut at 20 or at 36', () => {
  const long = 'ABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789abcdef';
  for (const length of [20, 36]) {
    const disk = guestDisk({ serial: long.slice(0, length) });
    expect(match([disk], [candidate({ bus: 'unknown', serial: long }), candidate({ id: 'other' })])).toEqual([
      ['sda', 'disk0', 'serial'],
    ]);
  }
});
