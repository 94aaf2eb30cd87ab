import { type Inventory, inventorySchema, type Unreached } from '@trimtab/protocol';
import * as v from 'valibot';
import { describe, expect, it } from 'vitest';
import { toDiskEvidence } from '../../../../collector/src/conduct/measure/disk-evidence.ts';
import type { ImageState } from '../../../../collector/src/model/image.ts';
import { aDisk, aDomain, aHostDisk } from '../../correlate/examples.ts';
import { anImage, GIB, MIB } from '../../diagnose/examples.ts';

const extents: Unreached = { type: 'free-extents', disks: ['sda'], path: '/dev/sda', bytes: 1600 * MIB, group: 'vg' };
const idle: Unreached = { type: 'not-mounted', disks: ['sda'], path: '/dev/sda2', bytes: GIB, holds: null };

/** What the notes of a guest say of one disk, whose image takes so much. */
function tell(found: Unreached, image: Partial<ImageState>, allocationBytes: number | null): string[] {
  const inventory: Inventory = v.parse(inventorySchema, {
    takenAt: 0,
    filesystems: [],
    layers: [],
    disks: ['sda', 'sdb'].map((name) => aDisk({ name, sizeBytes: 4 * GIB })),
    unreached: [found],
    facts: null,
  });
  const match = { disk: aDisk({ name: 'sda' }), hostDisk: aHostDisk({}), matchedBy: 'serial', why: null } as const;
  const path = { match, domain: aDomain({}), image: anImage(image), pool: null, missing: null };
  const { guestFindings } = toDiskEvidence({
    guest: 'web-1',
    device: 'sda',
    path,
    inventory,
    covered: null,
    allocationBytes,
    leftBytes: null,
    counters: null,
    extents: null,
    tables: null,
    past: { passedBefore: false, lostBefore: false, curedInVain: false },
    isOff: false,
    repair: null,
  });
  return guestFindings.map(({ sentence }) => sentence);
}

const BY_SIZE = [
  '1.6 GiB of /dev/sda belong to no volume of the group vg: what was deleted there may be on the host still, up to 1.6 GiB; no trim reaches it.',
];

describe('what the host may hold of a place that no trim reaches', () => {
  it('is at most as much as its image takes', () => {
    expect(tell(extents, {}, 300 * MIB)).toEqual([
      '1.6 GiB of /dev/sda belong to no volume of the group vg: what was deleted there may be on the host still, up to 300 MiB, all that the image takes; no trim reaches it.',
    ]);
    expect(tell(idle, {}, 300 * MIB)).toEqual([
      'Nothing of /dev/sda2 is mounted: no trim reaches what the host holds of it, up to 300 MiB, all that the image takes.',
    ]);
    expect(tell(extents, {}, 0)).toEqual([]);
  });

  it('is at most as large as the place', () => {
    expect(tell(extents, {}, 3 * GIB)).toEqual(BY_SIZE);
  });

  it('is told by the place alone where nobody can say what the image takes of it', () => {
    expect(tell(extents, {}, null)).toEqual(BY_SIZE);
    expect(tell(extents, { kind: 'zvol' }, 300 * MIB)).toEqual(BY_SIZE);
    // What was deleted may lie in the image below.
    const backed = { backingChain: ['/base.qcow2'], backingUsers: 1 };
    expect(tell(extents, { ...backed, backingAllocationBytes: null }, 300 * MIB)).toEqual(BY_SIZE);
    expect(tell(extents, { ...backed, backingAllocationBytes: 2 * GIB }, 300 * MIB)).toEqual(BY_SIZE);
    expect(tell({ ...extents, disks: ['sda', 'sdb'] }, {}, 300 * MIB)).toEqual(BY_SIZE);
  });
});
