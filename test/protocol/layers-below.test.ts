import { disksAmong, layersBelow, stacksOf } from '@trimtab/protocol';
import { describe, expect, it } from 'vitest';
import { guestWith } from './causes/guest-with.ts';

/** A mirror of two partitions, with a volume on it; a third disk stands apart. */
const MIRROR = guestWith({
  filesystems: [
    { mount: '/', devices: ['dm-0'] },
    { mount: '/boot', devices: ['sda1'] },
    { mount: '/proc', devices: [] },
  ],
  layers: [
    { name: 'sda' },
    { name: 'sda1', kind: 'partition', below: ['sda'] },
    { name: 'sdb' },
    { name: 'sdb1', kind: 'partition', below: ['sdb'] },
    { name: 'md0', kind: 'md', below: ['sda1', 'sdb1'] },
    { name: 'dm-0', kind: 'dm', below: ['md0'] },
    { name: 'sdc' },
  ],
});

const namesBelow = (...devices: string[]) => layersBelow(MIRROR, devices).map(({ name }) => name);

describe('the layers below a device', () => {
  it('begin with itself, and the upper ones come first', () => {
    expect(namesBelow('dm-0')).toEqual(['dm-0', 'md0', 'sda1', 'sdb1', 'sda', 'sdb']);
  });

  it('come once, though two devices stand on one disk', () => {
    expect(namesBelow('sda1', 'md0')).toEqual(['sda1', 'md0', 'sda', 'sdb1', 'sdb']);
  });

  it('are only those that were announced', () => {
    expect(namesBelow('nvme0n1')).toEqual([]);
  });

  it('end, also where they stand in a circle', () => {
    const circle = guestWith({
      layers: [
        { name: 'dm-0', kind: 'dm', below: ['dm-1'] },
        { name: 'dm-1', kind: 'dm', below: ['dm-0'] },
      ],
    });
    expect(layersBelow(circle, ['dm-0']).map(({ name }) => name)).toEqual(['dm-0', 'dm-1']);
  });

  it('are at most 256, however many a guest says there are', () => {
    const wide = guestWith({
      layers: Array.from({ length: 4_000 }, (_, index) => ({ name: `sd${index}` })),
    });
    expect(
      layersBelow(
        wide,
        [...Array(4_000).keys()].map((index) => `sd${index}`),
      ),
    ).toHaveLength(256);
  });
});

it('the disks among them are what the guest calls its disks', () => {
  expect(disksAmong(MIRROR, layersBelow(MIRROR, ['dm-0']))).toEqual(['sda', 'sdb']);
});

it('every filesystem has its stack, and one without devices has an empty one', () => {
  expect(stacksOf(MIRROR).map(({ filesystem, disks }) => [filesystem.mount, disks])).toEqual([
    ['/', ['sda', 'sdb']],
    ['/boot', ['sda']],
    ['/proc', []],
  ]);
});
