import { expect, it } from 'vitest';
import { amendLater } from '../../../../../collector/src/conduct/trims/conclude/amend-later.ts';
import { concludeTrim } from '../../../../../collector/src/conduct/trims/conclude/conclude-trim.ts';
import type { Gathered, SharedPools } from '../../../../../collector/src/conduct/trims/conclude/gather.ts';
import type { PoolWatch } from '../../../../../collector/src/coordinate/pool-company.ts';
import { type Amendment, amendTrim } from '../../../../../collector/src/model/amend-trim.ts';
import type { DiskPath } from '../../../../../collector/src/model/disk-path.ts';
import type { GuestId } from '../../../../../collector/src/model/guest-id.ts';
import type { DiskSample, Sampled } from '../../../../../collector/src/model/sample.ts';
import type { TrimResult } from '../../../../../collector/src/model/trim-result.ts';
import { createTestClock } from '../../../../support/test-clock.ts';
import { MIB } from '../../../diagnose/examples.ts';
import { aSample, inventoryOf, pathIn, reportOf, trimIdOf } from '../trim-examples.ts';

const AFTER = aSample({ takenAt: 2, allocationBytes: 400 * MIB });
const BTRFS = { kind: 'btrfs', nfsVersion: null, reflink: true, chunkBytes: null, discards: null };

const sampled = (vda: DiskSample, commit: Sampled['commit'] = null): Sampled => ({
  samples: { vda },
  restless: [],
  poolDrift: {},
  throughLibvirt: false,
  commit,
});

/** An image on btrfs that fell by 200 MiB, whose pool has not committed yet. */
function scene({
  commit,
  later,
  shared = new Map(),
}: {
  commit: Sampled['commit'];
  later: DiskSample;
  shared?: SharedPools;
}) {
  const path: DiskPath = { ...pathIn({ disk: 'vda', pool: '/pool' }), pool: BTRFS };
  const gathered: Gathered = {
    report: reportOf({ trimId: trimIdOf(1), trimmedBytes: { vda: 200 * MIB } }),
    lost: null,
    inside: 'trimtab-agent',
    guestId: 'guest-a' as GuestId,
    guest: 'web-1',
    bootId: null,
    times: { grantedAt: null, reportedAt: 8_640_000_000_000_000 },
    inventory: inventoryOf(['vda']),
    devices: ['vda'],
    paths: [path],
    before: { vda: aSample() },
    after: sampled({ ...AFTER, poolFreeBytes: null, heldParts: { asked: 8, held: 7 } }, commit),
    sharedPools: new Map(),
    earlier: [],
    outlooks: new Map(),
  };
  const first = concludeTrim(gathered);
  const amendments: Amendment[] = [];
  let stored: TrimResult = first;
  let watches = 1;
  const watch: PoolWatch | null = shared && {
    sharedPools: () => shared,
    end: () => {
      watches -= 1;
    },
  };
  const amending = amendLater(
    {
      clock: createTestClock(30_000),
      log: { info() {}, warn() {}, error() {}, debug() {} } as never,
      store: {
        async amendTrim(amendment) {
          amendments.push(amendment);
          stored = amendTrim(stored, amendment) ?? stored;
          return stored;
        },
      },
      sampler: { settled: async () => sampled(later) },
    },
    { gathered, watch },
  );
  return { first, amending, amendments, stored: () => stored, watches: () => watches };
}

it('says at first that the pool has not committed, and adds what it regained, with the cause, when it has', async () => {
  const held = { ...AFTER, poolFreeBytes: 1000 * MIB, heldParts: { asked: 8, held: 7 } };
  const { first, amending, stored } = scene({ commit: Promise.resolve(true), later: held });
  expect(first.disks[0]).toMatchObject({
    verdict: 'inconclusive',
    hops: { reclaimedBytes: 200 * MIB, regainedBytes: null },
    gaps: [{ fact: 'regained', value: expect.stringContaining('it is measured again then') }],
  });
  await amending;
  expect(stored()).toMatchObject({ id: first.id, amendedAt: '1970-01-01T00:00:30.000Z' });
  expect(stored().disks[0]).toMatchObject({
    verdict: 'held',
    cause: 'extents-held-in-part',
    hops: { reclaimedBytes: 200 * MIB, regainedBytes: 0 },
    gaps: [],
  });
});

it('adds nothing that others hide: they removed something until the pool committed', async () => {
  const { first, amending, stored } = scene({
    commit: Promise.resolve(true),
    later: { ...AFTER, poolFreeBytes: 2500 * MIB },
  });
  await amending;
  expect(stored()).toEqual(first);
});

it.each<[string, SharedPools]>([
  ['another trim ran there until the pool committed', new Map([['/pool', 'ran']])],
  ['another trim may have run there', new Map([['/pool', 'may-have-run']])],
  ['nobody watched the pool until then', null],
])('adds nothing where %s', async (_, shared) => {
  const later = { ...AFTER, poolFreeBytes: 1200 * MIB };
  const alone = scene({ commit: Promise.resolve(true), later });
  await alone.amending;
  expect(alone.stored().disks[0]?.hops.regainedBytes).toBe(200 * MIB);
  const { first, amending, stored } = scene({ commit: Promise.resolve(true), later, shared });
  await amending;
  expect(stored()).toEqual(first);
});

it('ends its watch of the pool, also where that could not commit', async () => {
  for (const commit of [Promise.resolve(true), Promise.resolve(false)]) {
    const { amending, watches } = scene({ commit, later: AFTER });
    await amending;
    expect(watches()).toBe(0);
  }
});

it('asks for nothing where the commit failed, or nothing was outstanding', async () => {
  for (const commit of [null, Promise.resolve(false)]) {
    const { amending, amendments } = scene({ commit, later: { ...AFTER, poolFreeBytes: 1200 * MIB } });
    await amending;
    expect(amendments).toEqual([]);
  }
});
