import type { Inventory } from '@trimtab/protocol';
import { describe, expect, it } from 'vitest';
import { addUpUse, estimateSlack, holdsMore } from '../../../collector/src/diagnose/slack.ts';
import { aDisk } from '../correlate/examples.ts';
import { aFilesystem, aLayer, anImage, aQcow2, GIB, MIB } from './examples.ts';

const inventory = (rest: Partial<Inventory> = {}): Inventory => ({
  takenAt: 0,
  filesystems: [aFilesystem({ sizeBytes: 3900 * MIB, usedBytes: 900 * MIB })],
  layers: [aLayer('sda')],
  disks: [aDisk({ name: 'sda', sizeBytes: 4096 * MIB })],
  swaps: [],
  fstrimTimer: null,
  unreached: null,
  hasFstrim: null,
  facts: null,
  ...rest,
});

describe('how full a disk is', () => {
  it('adds up the filesystems on it, through the layers between', () => {
    const two = inventory({
      filesystems: [
        aFilesystem({ mount: '/', devices: ['sda1'], sizeBytes: GIB, usedBytes: 100 * MIB }),
        aFilesystem({ mount: '/srv', devices: ['dm-0'], sizeBytes: 2 * GIB, usedBytes: 200 * MIB }),
      ],
      layers: [
        aLayer('sda1', { kind: 'partition', below: ['sda'] }),
        aLayer('dm-0', { kind: 'dm', below: ['sda2'] }),
        aLayer('sda2', { kind: 'partition', below: ['sda'] }),
        aLayer('sda'),
      ],
    });
    expect(addUpUse(two, 'sda')).toEqual({
      sizeBytes: 4 * GIB,
      usedBytes: 300 * MIB,
      reserveBytes: 0,
      freeBytes: 3 * GIB - 300 * MIB,
    });
  });

  it('cannot tell the share of one disk where a filesystem spans two', () => {
    const spread = inventory({
      filesystems: [aFilesystem({ kind: 'btrfs', devices: ['sda', 'sdb'] })],
      layers: [aLayer('sda'), aLayer('sdb')],
      disks: [aDisk({ name: 'sda' }), aDisk({ name: 'sdb' })],
    });
    expect(addUpUse(spread, 'sda')).toBeNull();
  });

  it('counts a mirror in full on each of its disks', () => {
    const mirror = inventory({
      filesystems: [aFilesystem({ devices: ['md0'], sizeBytes: GIB, usedBytes: 100 * MIB })],
      layers: [aLayer('md0', { kind: 'md', label: 'raid1', below: ['sda', 'sdb'] }), aLayer('sda'), aLayer('sdb')],
      disks: [aDisk({ name: 'sda', sizeBytes: GIB }), aDisk({ name: 'sdb', sizeBytes: GIB })],
    });
    expect(addUpUse(mirror, 'sdb')?.usedBytes).toBe(100 * MIB);
  });

  it.each([
    ['nothing is mounted on it', { filesystems: [] }],
    ['the guest does not say how full one is', { filesystems: [aFilesystem({ usedBytes: null })] }],
    ['the guest says that more is used than there is', { filesystems: [aFilesystem({ sizeBytes: 1, usedBytes: 2 })] }],
    [
      'the guest calls more free than the disk has',
      { filesystems: [aFilesystem({ sizeBytes: 900 * GIB, usedBytes: 0 })] },
    ],
  ] satisfies [string, Partial<Inventory>][])('is not known when %s', (_, rest) => {
    expect(addUpUse(inventory(rest), 'sda')).toBeNull();
  });
});

describe('slack', () => {
  const use = { sizeBytes: 4 * GIB, usedBytes: 900 * MIB, reserveBytes: 0, freeBytes: 3000 * MIB };

  it('lies between what is surely in excess and all that is not in use', () => {
    expect(estimateSlack({ use, image: anImage(), allocationBytes: 2000 * MIB })).toEqual({
      leastBytes: 2000 * MIB - (4 * GIB - 3000 * MIB),
      estimateBytes: (1100 + 2000 - 1096) * 0.5 * MIB,
      mostBytes: 1100 * MIB,
    });
  });

  it('is what is above use now, less what a good trim left there', () => {
    const at = (leftBytes: number) => estimateSlack({ use, image: anImage(), allocationBytes: 2000 * MIB, leftBytes });
    expect(at(100 * MIB)?.estimateBytes).toBe(1000 * MIB);
    expect(at(190 * MIB)).toMatchObject({ leastBytes: 904 * MIB, estimateBytes: 910 * MIB, mostBytes: 1100 * MIB });
    // What is surely in excess stays so, whatever a trim left.
    expect(at(1100 * MIB)?.estimateBytes).toBe(904 * MIB);
  });

  it('takes off what qcow2 itself takes', () => {
    const slack = estimateSlack({ use, image: aQcow2(), allocationBytes: 2000 * MIB });
    expect(slack?.mostBytes).toBe(1100 * MIB);
    const raw = estimateSlack({ use, image: anImage(), allocationBytes: 2000 * MIB });
    expect((raw?.leastBytes ?? 0) - (slack?.leastBytes ?? 0)).toBe(12 * 65_536);
  });

  it('is never below nothing', () => {
    expect(estimateSlack({ use, image: anImage(), allocationBytes: 10 * MIB })).toEqual({
      leastBytes: 0,
      estimateBytes: 0,
      mostBytes: 0,
    });
  });

  it('counts the images below, which the guest’s data is in as well', () => {
    const image = aQcow2({ backingChain: ['/b'], backingAllocationBytes: 2000 * MIB });
    expect(estimateSlack({ use, image, allocationBytes: MIB })?.mostBytes).toBe(1101 * MIB);
    expect(estimateSlack({ use, image: { ...image, backingAllocationBytes: null }, allocationBytes: MIB })).toBeNull();
  });

  describe('of a filesystem that calls a reserve used', () => {
    const of = (kind: string, given: { allocationBytes: number; leftBytes?: number; usedBytes?: number }) => {
      const { allocationBytes, leftBytes, usedBytes = 61 * MIB } = given;
      const guest = inventory({ filesystems: [aFilesystem({ kind, sizeBytes: 4030 * MIB, usedBytes })] });
      const known = { use: addUpUse(guest, 'sda'), image: anImage(), allocationBytes };
      return estimateSlack(leftBytes === undefined ? known : { ...known, leftBytes });
    };

    it.each(['xfs', 'btrfs'])('may give it up as well: %s', (kind) => {
      // Of the 61 MiB that it calls used, a trim left 22.
      const slack = of(kind, { allocationBytes: 600 * MIB });
      expect(slack?.mostBytes).toBeGreaterThanOrEqual((600 - 22) * MIB);
      expect(slack?.mostBytes).toBeLessThanOrEqual(600 * MIB);
      expect(slack).toMatchObject({ estimateBytes: of('ext4', { allocationBytes: 600 * MIB })?.estimateBytes });
      // It has not become a reason to doubt that nothing more is held.
      expect(holdsMore(of(kind, { allocationBytes: 63 * MIB }), 63 * MIB)).toBe(false);
    });

    it('no more than 8192 blocks and a fortieth of an xfs, and 512 MiB of a btrfs', () => {
      const most = (kind: string) => of(kind, { allocationBytes: 3000 * MIB, usedBytes: 2000 * MIB })?.reserveBytes;
      expect(most('xfs')).toBeLessThan((32 + 4030 / 40) * MIB);
      expect(most('btrfs')).toBe(512 * MIB);
    });

    it.each(['ext4', 'vfat', 'exfat', 'ntfs3'])('which %s does not', (kind) => {
      expect(of(kind, { allocationBytes: 600 * MIB })).toMatchObject({ mostBytes: 539 * MIB });
      expect(of(kind, { allocationBytes: 600 * MIB })).not.toHaveProperty('reserveBytes');
    });

    it('is learnt from the trim that has shown it', () => {
      // 39 MiB less than is called used: as much goes again.
      expect(of('xfs', { allocationBytes: 600 * MIB, leftBytes: -39 * MIB })?.estimateBytes).toBe(578 * MIB);
      expect(of('ext4', { allocationBytes: 600 * MIB, leftBytes: -39 * MIB })?.estimateBytes).toBe(539 * MIB);
    });
  });

  it('says that far more is held, or is not, only where both bounds agree', () => {
    const between = ({ leastBytes, mostBytes }: { leastBytes: number; mostBytes: number }) => ({
      leastBytes,
      estimateBytes: leastBytes,
      mostBytes,
    });
    expect(holdsMore(between({ leastBytes: 8 * MIB, mostBytes: 9 * MIB }), 100 * MIB)).toBe(true);
    expect(holdsMore(between({ leastBytes: 8 * MIB - 1, mostBytes: 8 * MIB }), 100 * MIB)).toBeNull();
    expect(holdsMore(between({ leastBytes: 0, mostBytes: 8 * MIB - 1 }), 100 * MIB)).toBe(false);
    expect(holdsMore(between({ leastBytes: 0, mostBytes: 40 * MIB }), GIB)).toBe(false);
    expect(holdsMore(null, GIB)).toBeNull();
  });
});
