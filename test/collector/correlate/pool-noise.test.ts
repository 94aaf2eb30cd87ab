import { describe, expect, it } from 'vitest';
import { mayPoolKeep } from '../../../collector/src/correlate/may-keep.ts';
import { findPoolNoise } from '../../../collector/src/correlate/pool-noise.ts';
import type { DiskPath } from '../../../collector/src/model/disk-path.ts';
import type { Extents, ImageState } from '../../../collector/src/model/image.ts';
import type { PoolFacts } from '../../../collector/src/model/pool.ts';
import type { DiskSample } from '../../../collector/src/model/sample.ts';
import { aDisk, aDomain, aHostDisk } from '../correlate/examples.ts';
import { anImage, MIB } from '../diagnose/examples.ts';

const aSample = (rest: Partial<DiskSample> = {}): DiskSample => ({
  takenAt: 0,
  allocationBytes: 500 * MIB,
  poolFreeBytes: 2_000 * MIB,
  extents: null,
  heldParts: null,
  tables: null,
  counters: null,
  counterEpoch: null,
  countersMissing: null,
  ...rest,
});

/** A trim of one second, after which the image takes so much less and its pool has so much more. */
function noiseOf({
  fell,
  rose,
  mayKeep = false,
  drift = 0,
}: {
  fell: number;
  rose: number | null;
  mayKeep?: boolean;
  drift?: number;
}) {
  const before = aSample();
  const after = aSample({
    takenAt: 1_000,
    allocationBytes: (500 - fell) * MIB,
    poolFreeBytes: rose === null ? null : (2_000 + rose) * MIB,
  });
  return findPoolNoise({ before, after, driftBytesPerMs: drift, mayKeep });
}

const FREED = 'others freed space in the pool meanwhile';
const WROTE = 'others wrote to the pool meanwhile';

describe('the free space of a pool', () => {
  it.each([
    ['rose by what the image fell by', { fell: 90, rose: 90 }, null],
    ['rose by a little more or less', { fell: 90, rose: 94 }, null],
    ['did nothing, and neither did the image', { fell: 0, rose: 0 }, null],
    ['is not known', { fell: 90, rose: null }, null],
    // As they were seen: 1.1 GiB beside 90 MiB, 361 MiB beside nothing, -26 and -587 MiB.
    ['rose by far more than the image fell', { fell: 90, rose: 1_126 }, FREED],
    ['rose by far more than the image fell, on btrfs', { fell: 90, rose: 1_126, mayKeep: true }, FREED],
    ['rose, and the image did not fall', { fell: 0, rose: 361 }, FREED],
    ['rose, and the image grew', { fell: -20, rose: 30 }, FREED],
    ['fell, and the image did not grow', { fell: 0, rose: -26 }, WROTE],
    ['fell, and the image fell too', { fell: 90, rose: -587 }, WROTE],
    ['fell, on btrfs', { fell: 90, rose: -587, mayKeep: true }, WROTE],
    ['rose by half of what only the image can have held', { fell: 90, rose: 45 }, WROTE],
    ['rose by half of what a copy may hold', { fell: 90, rose: 45, mayKeep: true }, null],
    ['did not rise, and a copy may hold it all', { fell: 90, rose: 0, mayKeep: true }, null],
    ['fell by what the image grew by', { fell: -20, rose: -20 }, null],
    ['moves while the image holds still, a little', { fell: 90, rose: 90, drift: 1_000 }, null],
    ['moves while the image holds still, as much', { fell: 90, rose: 90, drift: 10_000 }, WROTE],
  ] as const)('that %s', (_, seen, noise) => {
    expect(noiseOf(seen)).toBe(noise);
  });
});

describe('may a pool keep what an image gave up', () => {
  const EXTENTS: Extents = { sharedBytes: 0, unwrittenBytes: 0, encodedBytes: 0, sharedAt: null };
  function aPath(image: Partial<ImageState>, pool: Partial<PoolFacts>): DiskPath {
    const hostDisk = aHostDisk({ id: 'sda' });
    return {
      match: { disk: aDisk({ name: 'sda' }), hostDisk, matchedBy: 'serial', why: null },
      domain: aDomain({ disks: [hostDisk] }),
      image: anImage(image),
      pool: { kind: 'ext4', nfsVersion: null, reflink: false, chunkBytes: null, discards: null, ...pool },
      missing: null,
    };
  }
  const thin = { kind: 'lvm-thin', reflink: true };
  it.each([
    ['ext4', {}, {}, null, false],
    ['xfs without a copy', {}, { kind: 'xfs', reflink: null }, EXTENTS, false],
    ['xfs with a copy', {}, { kind: 'xfs', reflink: null }, { ...EXTENTS, sharedBytes: 1 }, true],
    ['xfs that does not tell', {}, { kind: 'xfs', reflink: null }, null, true],
    ['btrfs, whose extents stay whole', {}, { kind: 'btrfs', reflink: true }, EXTENTS, true],
    ['a thin volume with a snapshot', { kind: 'thin-volume', sharedWith: ['vg/s'] }, thin, null, true],
    ['a thin volume of its own', { kind: 'thin-volume' }, thin, null, false],
  ] as const)('on %s', (_, image, pool, extents, may) => {
    expect(mayPoolKeep({ path: aPath(image, pool), before: aSample({ extents }) })).toBe(may);
  });
});
