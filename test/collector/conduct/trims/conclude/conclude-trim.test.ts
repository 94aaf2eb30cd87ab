import { describe, expect, it } from 'vitest';
import type { AsOf } from '../../../../../collector/src/conduct/survey/survey.ts';
import { concludeTrim } from '../../../../../collector/src/conduct/trims/conclude/conclude-trim.ts';
import { type Gathered, gather } from '../../../../../collector/src/conduct/trims/conclude/gather.ts';
import { createSlots } from '../../../../../collector/src/coordinate/slots.ts';
import type { GuestId } from '../../../../../collector/src/model/guest-id.ts';
import type { Sampled } from '../../../../../collector/src/model/sample.ts';
import type { TrimKey } from '../../../../../collector/src/model/trim-key.ts';
import { openTrim } from '../../../../contract/store.ts';
import { createTestClock } from '../../../../support/test-clock.ts';
import { IGNORE, MIB, UNMAP } from '../../../diagnose/examples.ts';
import { aGuest, aSample, inventoryOf, pathIn, reportOf, trimIdOf } from '../trim-examples.ts';

const BEFORE = { vda: aSample() };
const AFTER: Sampled = {
  samples: { vda: aSample({ takenAt: 2, allocationBytes: 100 * MIB, poolFreeBytes: 1500 * MIB }) },
  restless: [],
  poolDrift: {},
  commit: null,
  throughLibvirt: false,
};

/** One disk that gave 500 MiB back. */
const gathered = (rest: Partial<Gathered> = {}): Gathered => ({
  report: reportOf({ trimId: trimIdOf(1), trimmedBytes: { vda: 500 * MIB } }),
  lost: null,
  inside: 'trimtab-agent',
  guestId: 'guest-a' as GuestId,
  guest: 'web-1',
  bootId: null,
  times: { grantedAt: null, reportedAt: 8_640_000_000_000_000 },
  inventory: inventoryOf(['vda']),
  devices: ['vda'],
  paths: [pathIn({ disk: 'vda', pool: '/pool' })],
  before: BEFORE,
  after: AFTER,
  sharedPools: new Map(),
  earlier: [],
  outlooks: new Map(),
  ...rest,
});

const conclude = (rest: Partial<Gathered> = {}) => concludeTrim(gathered(rest)).disks[0];

describe('what libvirt has noted', () => {
  const AFTER_LIBVIRT = { ...AFTER, throughLibvirt: true };
  const noted = (bootId: string, earlier: readonly ('now' | 'before' | null)[]) => {
    const { id, ...rest } = concludeTrim(gathered({ bootId: 'boot' }));
    const before = earlier.map((libvirtNoted) => ({ id, ...rest, libvirtNoted }));
    return concludeTrim(gathered({ bootId, after: AFTER_LIBVIRT, earlier: before })).libvirtNoted;
  };

  it('is told by the first trim of a boot that asked through it', () => {
    expect(concludeTrim(gathered()).libvirtNoted).toBeNull();
    expect(noted('boot', [])).toBe('now');
    expect(noted('boot', [null])).toBe('now');
    expect(noted('boot', ['now'])).toBe('before');
    expect(noted('boot', [null, 'before'])).toBe('before');
    expect(noted('another boot', ['now'])).toBe('now');
  });
});

describe('filesystems that had nothing new, by the word of qemu-ga alone', () => {
  it('lose nothing in QEMU, whatever it would do with discards', () => {
    const path = pathIn({ disk: 'vda', pool: '/pool' });
    const { hostDisk } = path.match;
    const paths = [
      { ...path, match: { ...path.match, hostDisk: hostDisk === null ? null : { ...hostDisk, nodes: IGNORE } } },
    ];
    const report = (trimmedBytes: number) => ({
      ...reportOf({ trimId: trimIdOf(1), trimmedBytes: { vda: trimmedBytes } }),
      layers: [],
    });
    const after = { ...AFTER, samples: { vda: aSample({ takenAt: 2 }) } };
    expect(conclude({ paths, after, report: report(500 * MIB) })).toMatchObject({ cause: 'host-ignores-discard' });
    expect(conclude({ paths, after, report: report(0) })).toMatchObject({
      verdict: 'inconclusive',
      cause: null,
      sentence: expect.stringContaining('nothing new to discard, and the host would have ignored it'),
    });
  });
});

describe('an ext4 that skips what was lost before', () => {
  const path = pathIn({ disk: 'vda', pool: '/pool' });
  const { hostDisk } = path.match;
  const nodesOf = (nodes: typeof IGNORE | typeof UNMAP) => [
    { ...path, match: { ...path.match, hostDisk: hostDisk === null ? null : { ...hostDisk, nodes } } },
  ];
  const report = (trimmedBytes: number) => ({
    ...reportOf({ trimId: trimIdOf(1), trimmedBytes: { vda: trimmedBytes } }),
    layers: [],
  });
  // Of 600 MiB that the image takes, 500 are above use, and all of them may be what no filesystem calls free.
  const { disks, filesystems, ...others } = inventoryOf(['vda']);
  const inventory = {
    ...others,
    disks: disks.map((one) => ({ ...one, sizeBytes: 4096 * MIB })),
    filesystems: filesystems.map((one) => ({ ...one, sizeBytes: 3400 * MIB, usedBytes: 100 * MIB })),
  };
  const byQemuGa = {
    inside: 'qemu-ga',
    inventory,
    bootId: 'qemu 100 1',
    after: { ...AFTER, samples: { vda: aSample({ takenAt: 2 }) } },
  } as const;

  it('is stale also by the word of qemu-ga alone, once the disk was repaired', () => {
    const lost = concludeTrim(gathered({ ...byQemuGa, paths: nodesOf(IGNORE), report: report(200 * MIB) }));
    expect(lost.disks).toMatchObject([{ verdict: 'lost', lostAt: 'passed' }]);
    const repaired = { ...byQemuGa, paths: nodesOf(UNMAP), report: report(0) };
    expect(conclude({ ...repaired, earlier: [lost] })).toMatchObject({
      verdict: 'stale',
      cause: 'ext4-groups-flagged',
      fix: expect.stringContaining('fstrim -m'),
    });
    expect(conclude({ ...repaired, bootId: 'qemu 100 2', earlier: [lost] })?.verdict).not.toBe('stale');
  });
});

describe('from what was gathered to a row', () => {
  it('counts each hop, and names who could not', () => {
    expect(conclude()).toMatchObject({
      device: 'vda',
      image: '/pool/vda.raw',
      hops: { trimmedBytes: 500 * MIB, passedBytes: null, reclaimedBytes: 500 * MIB, regainedBytes: 500 * MIB },
      allocationBytes: { before: 600 * MIB, after: 100 * MIB },
      verdict: 'reclaimed',
      contradictions: [],
    });
  });

  it('takes nothing as regained on a pool that another trim had as well', () => {
    const disk = conclude({ sharedPools: new Map([['/pool', 'ran']]) });
    expect(disk?.hops.regainedBytes).toBeNull();
    expect(disk?.gaps).toContainEqual({ fact: 'regained', value: 'another trim ran on this pool meanwhile' });
  });

  it('takes as regained what a pool got where the other trim shared only another pool of this one', () => {
    const disk = conclude({ sharedPools: new Map([['/elsewhere', 'ran']]) });
    expect(disk?.hops.regainedBytes).toBe(500 * MIB);
    expect(disk?.gaps).not.toContainEqual(expect.objectContaining({ fact: 'regained' }));
  });

  it('takes nothing as regained where it did not have its slot to the end, and accuses no other trim', () => {
    const disk = conclude({ sharedPools: null });
    expect(disk?.hops.regainedBytes).toBeNull();
    expect(disk?.gaps).toMatchObject([{ fact: 'regained', value: expect.stringMatching(/^its slot .* given back/) }]);
  });

  it('cannot tell what a trim achieved that nobody measured before, and says so where the guest says it was granted', () => {
    const disk = conclude({ before: null });
    expect(disk).toMatchObject({ verdict: 'inconclusive', hops: { reclaimedBytes: null } });
    expect(disk?.contradictions).toMatchObject([{ fact: 'granted' }]);
    const report = { ...gathered().report, granted: false };
    expect(conclude({ before: null, report })?.contradictions).toEqual([]);
  });

  it('cannot tell it while the image does not come to rest', () => {
    const after = { ...AFTER, samples: { vda: aSample({ takenAt: 2 }) }, restless: ['vda'] };
    expect(conclude({ after })).toMatchObject({ verdict: 'inconclusive', hops: { reclaimedBytes: 0 } });
  });

  it('finds nothing under a name that every object has', () => {
    const report = reportOf({ trimId: trimIdOf(1), trimmedBytes: { constructor: 1 } });
    const [disk] = concludeTrim(gathered({ report, devices: ['constructor'], before: {}, paths: [] })).disks;
    expect(disk).toMatchObject({ device: 'constructor', image: null, allocationBytes: { before: null, after: null } });
  });
});

const AS_FOUND = { ...AFTER };

describe('gathering', () => {
  const guest = aGuest();
  const report = reportOf({ trimId: trimIdOf(1), trimmedBytes: { vda: 1, vdz: 1 } });
  const asked: { disks: readonly string[]; asOf: AsOf }[] = [];
  const deps = {
    store: {
      findOpenTrim: async ({ guestId }: TrimKey) =>
        guestId === guest.id ? { ...openTrim({ n: 1, guestId }), before: BEFORE } : null,
      earlierTrims: async () => [],
    } as const,
    clock: createTestClock(),
    sampler: { settled: async () => AFTER, asFound: async () => AS_FOUND },
    slots: createSlots(1),
    readOutlooks: async () => new Map(),
    findPaths: async ({ disks, asOf }: { disks: readonly string[]; asOf: AsOf }) => {
      asked.push({ disks, asOf });
      return disks.map((disk) => pathIn({ disk, pool: '/pool' }));
    },
  };
  const shared = { sharedPools: () => new Map(), watchOn: () => null };
  const trim = { guest, report, paths: null, inventory: null, ...shared };

  it('searches only for disks that the guest has announced, and only where nobody has yet', async () => {
    expect(await gather(deps, trim)).toMatchObject({ devices: ['vda'], before: BEFORE, inventory: guest.inventory });
    await gather(deps, { ...trim, paths: [pathIn({ disk: 'vda', pool: '/pool' })] });
    expect(asked).toEqual([{ disks: ['vda'], asOf: 'now' }]);
  });

  it('has the host read no more often than an overview does for a trim that nobody granted, and each image once', async () => {
    asked.length = 0;
    const ungranted = { ...deps, store: { ...deps.store, findOpenTrim: async () => null } };
    expect((await gather(ungranted, trim)).after).toBe(AS_FOUND);
    expect(asked).toEqual([{ disks: ['vda'], asOf: 'lately' }]);
    // Those paths were found before its report came, and tell nothing of what it left.
    expect((await gather(ungranted, { ...trim, paths: [pathIn({ disk: 'vda', pool: '/pool' })] })).after).toBe(AFTER);
  });

  it('takes no samples that were taken for another guest', async () => {
    const other = { ...guest, id: 'another' as GuestId };
    expect((await gather(deps, { ...trim, guest: other })).before).toBeNull();
  });

  it('asks whether the pool was shared only when the numbers have come to rest', async () => {
    const sharedPools = new Map<string, 'ran'>();
    const settled = async () => {
      sharedPools.set('/pool', 'ran');
      return AFTER;
    };
    const seen = await gather(
      { ...deps, sampler: { ...deps.sampler, settled } },
      { ...trim, sharedPools: () => new Map(sharedPools) },
    );
    expect(seen.sharedPools).toEqual(new Map([['/pool', 'ran']]));
  });
});
