import { type Inventory, inventorySchema, type Unreached } from '@trimtab/protocol';
import * as v from 'valibot';
import { describe, expect, it } from 'vitest';
import { diagnoseDisk } from '../../../collector/src/diagnose/diagnose-disk.ts';
import { judge } from '../../../collector/src/diagnose/judge.ts';
import { addUpOutside, measureOutside } from '../../../collector/src/diagnose/outside.ts';
import { addUpUse, estimateSlack } from '../../../collector/src/diagnose/slack.ts';
import { aDisk } from '../correlate/examples.ts';
import { aFilesystem, aLayer, anImage, examined, GIB, MIB, NOTHING_SENT, trimmed } from './examples.ts';

const freeExtents: Unreached = {
  type: 'free-extents',
  disks: ['sda'],
  path: '/dev/sda',
  bytes: 523 * MIB,
  group: 'vg',
};
const outside = { disks: ['sda'], path: '/dev/sda', bytes: 523 * MIB };
/** What becomes of a deleted volume, of one in a thin pool of the guest, and of a deleted partition. */
const DELETED: readonly Unreached[] = [
  freeExtents,
  { type: 'free-chunks', ...outside },
  { type: 'free-range', ...outside, offsetBytes: 64 * MIB },
];

/**
 * The guest of the fault: 144 MiB were written into a volume that was deleted; 5 MiB are in use in the one that is
 * left.
 */
const guest = (more: Partial<Inventory> = {}): Inventory =>
  v.parse(inventorySchema, {
    takenAt: 0,
    filesystems: [aFilesystem({ sizeBytes: 465 * MIB, usedBytes: 5 * MIB })],
    layers: [aLayer('sda')],
    disks: [aDisk({ name: 'sda', sizeBytes: GIB })],
    unreached: [freeExtents],
    facts: null,
    ...more,
  });

function measured({
  inventory = guest(),
  allocationBytes,
  leftBytes = null,
}: {
  inventory?: Inventory;
  allocationBytes: number;
  leftBytes?: number | null;
}) {
  const use = addUpUse(inventory, 'sda');
  const known = { use, image: anImage(), allocationBytes, leftBytes };
  const outsideBytes = addUpOutside(inventory, 'sda');
  return {
    outside: measureOutside({ ...known, inventory, device: 'sda' }),
    slack: estimateSlack({ ...known, outsideBytes }),
  };
}

describe('what an image holds outside the filesystems', () => {
  it.each(DELETED)(
    'is told apart by the last good trim, which left more than their structures can take: $type',
    (place) => {
      // The trim left 152.9 MiB allocated: 5 in use, and 36 at the most are structures of the filesystem and of LVM.
      const inventory = guest({ unreached: [place] });
      const { outside, slack } = measured({ inventory, allocationBytes: 153 * MIB, leftBytes: 148 * MIB });
      expect(outside).toEqual({ leastBytes: 112 * MIB, mostBytes: 148 * MIB });
      expect(slack?.estimateBytes).toBe(0);
      // Doctor says so beside its 0 B.
      const told = diagnoseDisk(examined({ outside, slack, allocationBytes: 153 * MIB }), null);
      expect(told).toMatchObject({
        nowBytes: 0,
        findings: [{ cause: 'outside-filesystems', sentence: expect.stringMatching(/^112 MiB to 148 MiB of what/) }],
      });
    },
  );

  it('is no part of what a trim could bring, once it was given back', () => {
    // The free extents were discarded, and 30 MiB were deleted since.
    const { slack } = measured({ allocationBytes: 43 * MIB, leftBytes: 148 * MIB });
    expect(slack?.estimateBytes).toBe(2 * MIB);
    const silent = measured({ inventory: guest({ unreached: null }), allocationBytes: 43 * MIB, leftBytes: 148 * MIB });
    // Nobody looked: it may be 0, and it may be all of it.
    expect(silent.slack).toEqual({ leastBytes: 0, mostBytes: 38 * MIB, estimateBytes: null });
    const nothing = measured({ inventory: guest({ unreached: [] }), allocationBytes: 43 * MIB, leftBytes: 148 * MIB });
    expect(nothing.slack?.estimateBytes).toBe(0);
    const near = measured({
      inventory: guest({ unreached: null }),
      allocationBytes: 153 * MIB - 1,
      leftBytes: 148 * MIB,
    });
    expect(near.slack?.estimateBytes).toBe(0);
  });

  it('is proven without a trim where the filesystems together could not hold so much', () => {
    expect(measured({ allocationBytes: 700 * MIB }).outside).toEqual({ leastBytes: 199 * MIB, mostBytes: 523 * MIB });
    expect(measured({ allocationBytes: 153 * MIB }).outside).toEqual({ leastBytes: 0, mostBytes: 148 * MIB });
  });

  it('is all of a disk of which nothing is mounted', () => {
    const idle: Unreached = { type: 'not-mounted', disks: ['sda'], path: '/dev/sda', bytes: GIB, holds: null };
    const inventory = guest({ filesystems: [], layers: [], unreached: [idle] });
    expect(measured({ inventory, allocationBytes: 80 * MIB })).toEqual({
      outside: { leastBytes: 80 * MIB, mostBytes: 80 * MIB },
      slack: null,
    });
  });

  it.each([
    ['nobody looked', { unreached: null }],
    ['there is no such place', { unreached: [] }],
    ['its share of one disk cannot be told', { unreached: [{ ...freeExtents, disks: ['sda', 'sdb'] }] }],
    ['it is on another disk', { unreached: [{ ...freeExtents, disks: ['sdb'] }] }],
    ['the guest tells of more than the disk has', { unreached: [{ ...freeExtents, bytes: 2 * GIB }] }],
  ] satisfies [string, Partial<Inventory>][])('is not known where %s', (_, more) => {
    expect(measured({ inventory: guest(more), allocationBytes: 700 * MIB }).outside).toBeNull();
  });
});

describe('a verdict', () => {
  it('that there was nothing to give back says what keeps it', () => {
    const found = {
      cause: {
        id: 'deleted-still-open',
        hop: 'trimmed',
        effect: 'note',
        title: '',
        why: '',
        signal: '',
        cure: '',
        find: () => [],
      },
      mount: '/srv',
      disks: ['sda'],
      sentence: '/srv has 80.0 MiB of deleted files that are still open.',
      evidence: [{ fact: 'bytes open in sleep (pid 123)', value: '83886080' }],
      fix: null,
    } as const;
    const given = { hops: NOTHING_SENT, trim: { holdsMore: false } };
    expect(judge(trimmed({ ...given, guestFindings: [found] }))).toMatchObject({
      verdict: 'nothing-to-reclaim',
      cause: null,
      sentence: expect.stringMatching(/ \/srv has 80\.0 MiB of deleted files that are still open\.$/),
      evidence: [...found.evidence],
    });
    const elsewhere = judge(trimmed({ ...given, guestFindings: [{ ...found, mount: '/other' }] }));
    expect(elsewhere.sentence).not.toContain('deleted files');
  });

  it('that space came back says how much more lies where no trim reaches', () => {
    const outside = { leastBytes: 112 * MIB, mostBytes: 148 * MIB };
    expect(judge(trimmed({ outside, hops: { reclaimedBytes: 20 * MIB } })).sentence).toMatch(
      /^The host got 20\.0 MiB back .*\. 112 MiB to 148 MiB of what .* lie outside the mounted filesystems of sda/,
    );
  });
});
