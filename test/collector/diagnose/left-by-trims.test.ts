import type { Inventory } from '@trimtab/protocol';
import { describe, expect, it } from 'vitest';
import { readLeftByTrims } from '../../../collector/src/diagnose/left-by-trims.ts';
import type { DiskResult, TrimResult } from '../../../collector/src/model/trim-result.ts';
import { TRIM } from '../api/examples.ts';
import { aDisk } from '../correlate/examples.ts';
import { aFilesystem, aLayer } from './examples.ts';

const MIB = 2 ** 20;
const DISK = TRIM.disks[0] as DiskResult;
const FILESYSTEM = TRIM.filesystems[0] as TrimResult['filesystems'][number];
const SLACK = { leastBytes: 0, estimateBytes: 66 * MIB, mostBytes: 132 * MIB };
const MOUNTS = ['/', '/srv'];
const INVENTORY: Inventory = {
  takenAt: 0,
  // A filesystem that no trim can reach is none that it left out.
  filesystems: [
    ...MOUNTS.map((mount) => aFilesystem({ mount, devices: [DISK.device] })),
    aFilesystem({
      mount: '/boot',
      devices: [DISK.device],
      obstacle: { code: 'no-fitrim', sentence: 'it has no FITRIM', hint: null },
    }),
  ],
  layers: [aLayer(DISK.device)],
  disks: [aDisk({ name: DISK.device })],
  swaps: [],
  fstrimTimer: null,
  hasFstrim: null,
  unreached: null,
  facts: null,
};
const OF = { device: DISK.device, image: DISK.image, inventory: INVENTORY };

const a = ({ reclaimedBytes = 0 as number | null, mounts = MOUNTS as readonly string[], ...disk }): TrimResult => ({
  ...TRIM,
  filesystems: mounts.map((mount) => ({ ...FILESYSTEM, mount, outcome: { status: 'done', trimmedBytes: 1 } })),
  disks: [{ ...DISK, verdict: 'reclaimed', slack: SLACK, ...disk, hops: { ...DISK.hops, reclaimedBytes } }],
});
const whole = a({ reclaimedBytes: 32 * MIB });

describe('what a good trim left above use', () => {
  it.each([
    ['the most that it could have got, less what it got', [whole], 100 * MIB],
    ['all of it, where there was nothing to get', [a({ verdict: 'nothing-to-reclaim' })], 132 * MIB],
    ['by the newest', [a({ reclaimedBytes: 12 * MIB }), whole], 120 * MIB],
    ['not by one that was lost', [a({ verdict: 'lost' }), whole], 100 * MIB],
    ['not by one that left a filesystem of the disk out', [a({ mounts: ['/'] }), whole], 100 * MIB],
    [
      'not by one that got more than the guest had said there was',
      [a({ reclaimedBytes: 133 * MIB }), whole],
      100 * MIB,
    ],
    [
      'less than nothing, where a reserve went that the guest calls used',
      [a({ reclaimedBytes: 100 * MIB, slack: { ...SLACK, reserveBytes: 64 * MIB } })],
      -32 * MIB,
    ],
    [
      'not by one that covered a filesystem which is no longer mounted: what that held is not theirs',
      [a({ mounts: [...MOUNTS, '/deleted'] }), whole],
      100 * MIB,
    ],
    ['not by one of another image', [a({ image: '/another' }), whole], 100 * MIB],
    ['unknown, where the host could not measure', [a({ reclaimedBytes: null })], null],
    ['unknown, before the first', [], null],
  ] as const)('%s', (_, trims, leftBytes) => {
    expect(readLeftByTrims(trims, OF)).toBe(leftBytes);
  });

  it('unknown, while no agent tells what is on the disk', () => {
    expect(readLeftByTrims([whole], { ...OF, inventory: null })).toBeNull();
  });
});
