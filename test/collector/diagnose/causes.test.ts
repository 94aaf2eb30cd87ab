import type { TrimId } from '@trimtab/protocol';
import { describe, expect, it } from 'vitest';
import { HOST_CAUSES } from '../../../collector/src/diagnose/causes.ts';
import { diagnoseDisk } from '../../../collector/src/diagnose/diagnose-disk.ts';
import { judge } from '../../../collector/src/diagnose/judge.ts';
import type { LastTrim, LastTrims } from '../../../collector/src/diagnose/last-trim.ts';
import type { DiskResult } from '../../../collector/src/model/trim-result.ts';
import { BESIDE_CASES } from './beside-cases.ts';
import { CAUSE_CASES, COUNTED_NOTHING, QCOW2 } from './cause-cases.ts';
import { aFilesystem, examined, GIB, type Given, IGNORE, MIB, NOTHING_SENT, trimmed } from './examples.ts';
import { HOLDS, STALE } from './filesystem-cases.ts';

const CASES = { ...CAUSE_CASES, ...BESIDE_CASES };

it('every cause of the host has a case here, and every case a cause', () => {
  expect(Object.keys(CASES).toSorted()).toEqual(HOST_CAUSES.map(({ id }) => id).toSorted());
});

describe.each(HOST_CAUSES)('$id', (cause) => {
  const { found, near, fix } = CASES[cause.id] ?? { found: {}, near: {}, fix: null };
  const judged = () => judge(trimmed(found));

  it('is what the verdict names', () => {
    expect(judged()).toMatchObject({
      // What only makes a number too high is no verdict of its own.
      verdict: cause.effect === 'note' ? 'reclaimed' : cause.effect,
      cause: cause.id,
      lostAt: cause.effect === 'lost' ? cause.hop : null,
      page: `docs/causes.md#${cause.id}`,
    });
  });

  it('gives the values that prove it, and one sentence', () => {
    expect(judged().evidence.length).toBeGreaterThan(0);
    expect(judged().sentence).toMatch(/^[A-Z0-9/].*\.$/);
    expect(judged().sentence).not.toContain('\n');
  });

  it('says what ends it', () => {
    if (fix === null) expect(judged()).toMatchObject({ fix: null, needsPowerCycle: null });
    else expect(judged()).toMatchObject({ fix: expect.stringMatching(fix), needsPowerCycle: expect.any(Boolean) });
  });

  it('is not named for what comes near', () => {
    expect(judge(trimmed(near)).cause).not.toBe(cause.id);
  });
});

describe('what the guest proves', () => {
  const guestFindings = [
    {
      cause: { id: 'x', hop: 'issued', effect: 'lost', title: '', why: '', signal: '', cure: '', find: () => [] },
      mount: '/srv',
      disks: ['sda'],
      sentence: 'A layer passes nothing on.',
      evidence: [],
      fix: null,
    } as const,
  ];

  it('names the cause of a trim that fstrim was refused', () => {
    const outcomes = [{ status: 'unsupported', message: 'not supported', hint: null }] as const;
    const given: Given = { guestFindings, outcomes, hops: { ...NOTHING_SENT, trimmedBytes: null } };
    expect(judge(trimmed(given))).toMatchObject({ verdict: 'lost', lostAt: 'issued', cause: 'x' });
  });

  it('is not believed where the host saw discards arrive', () => {
    expect(judge(trimmed({ guestFindings, hops: { reclaimedBytes: 0 } })).cause).not.toBe('x');
  });
});

describe('stale', () => {
  it.each([
    ['the host ignores discards: nothing is proven good', { nodes: IGNORE }],
    ['the storage refused one', { failedEver: 1 }],
    ['nobody knows how full the guest is', { trim: { holdsMore: null, remaining: null } }],
    ['FITRIM returned something, however little', { hops: { ...NOTHING_SENT, trimmedBytes: 4096 } }],
    ['everything was just discarded again', { trim: { ...HOLDS, again: true } }],
    ['that was tried in vain', { past: { curedInVain: true } }],
    ['a snapshot holds clusters', { image: { ...QCOW2, internalSnapshots: 1 } }],
    ['the ext4 that said 0 is full', { filesystems: [aFilesystem({ sizeBytes: 100 * MIB, usedBytes: 100 * MIB })] }],
  ] satisfies [string, Given][])('is not said when %s', (_, given) => {
    expect(judge(trimmed({ ...STALE, ...given })).verdict).not.toBe('stale');
  });

  it('is said where the image may hold more and the trim before was lost, and not without that', () => {
    const maybe = { holdsMore: null, remaining: { leastBytes: 0, estimateBytes: 200 * MIB, mostBytes: 400 * MIB } };
    expect(judge(trimmed({ ...STALE, trim: maybe, past: { lostBefore: true } })).verdict).toBe('stale');
    expect(judge(trimmed({ ...STALE, trim: maybe })).verdict).toBe('nothing-to-reclaim');
  });

  it('is said of a disk that was started ignoring, once QEMU has passed discards on', () => {
    expect(judge(trimmed({ ...STALE, nodes: IGNORE, passedEverBytes: 5 * MIB })).verdict).toBe('stale');
    expect(judge(trimmed({ ...STALE, nodes: IGNORE, past: { passedBefore: true } })).verdict).toBe('stale');
    // qcow2 frees clusters of its own accord when a snapshot goes: that is no guest's discard.
    const qcow2: Given = { ...STALE, image: QCOW2, nodes: IGNORE, passedEverBytes: 5 * MIB };
    expect(judge(trimmed(qcow2)).verdict).toBe('inconclusive');
  });

  it('is said of the ext4 alone where the boot partition beside it sends all it has', () => {
    const esp = aFilesystem({ mount: '/boot/efi', kind: 'vfat', sizeBytes: 1000 * MIB, usedBytes: 10 * MIB });
    const judged = judge(
      trimmed({
        image: QCOW2,
        filesystems: [aFilesystem(), esp],
        outcomes: [
          { status: 'done', trimmedBytes: 0 },
          { status: 'done', trimmedBytes: 990 * MIB },
        ],
        hops: {
          trimmedBytes: 990 * MIB,
          issuedBytes: 990 * MIB,
          receivedBytes: 990 * MIB,
          passedBytes: 0,
          reclaimedBytes: 0,
        },
        trim: HOLDS,
      }),
    );
    expect(judged).toMatchObject({ verdict: 'stale', cause: 'ext4-groups-flagged' });
    expect(judged.fix).not.toContain('/boot/efi');
  });

  it('uses half a block group of the filesystem’s own block size', () => {
    const { fix } = judge(trimmed({ ...STALE, filesystems: [aFilesystem({ blockBytes: 1024 })] }));
    expect(fix).toContain(`fstrim -m ${4 * MIB} /srv`);
  });
});

describe('a disk that nobody trimmed', () => {
  it('is clean when nothing is amiss, whatever could come back', () => {
    const slack = { leastBytes: 300 * MIB, estimateBytes: 320 * MIB, mostBytes: 350 * MIB };
    const disk = diagnoseDisk(examined({ slack, holdsMore: true }), null);
    expect(disk).toMatchObject({ findings: [], nowBytes: 320 * MIB, afterFixesBytes: 320 * MIB });
    expect(Object.values(disk.hops)).not.toContain('broken');
  });

  it('marks the first broken hop, and what lies behind it', () => {
    const slack = { leastBytes: 300 * MIB, estimateBytes: 320 * MIB, mostBytes: 350 * MIB };
    expect(diagnoseDisk(examined({ nodes: IGNORE, slack, holdsMore: true }), null)).toMatchObject({
      hops: { trimmed: 'good', issued: 'good', passed: 'broken', reclaimed: 'behind', regained: 'behind' },
      findings: [{ cause: 'host-ignores-discard', effect: 'lost', seenByTrimAt: null }],
      nowBytes: 0,
      afterFixesBytes: 320 * MIB,
    });
  });

  it('says of a preallocation what a trim would say, and nothing else of its nodes', () => {
    const given: Given = {
      nodes: IGNORE,
      image: { allocationBytes: 4 * GIB },
      extents: { sharedBytes: 0, unwrittenBytes: 3 * GIB, encodedBytes: 0, sharedAt: null },
    };
    const slack = { leastBytes: 240 * MIB, estimateBytes: 245 * MIB, mostBytes: 250 * MIB };
    const disk = diagnoseDisk(examined({ ...given, slack, holdsMore: true }), null);
    expect(disk).toMatchObject({ nowBytes: 0, afterFixesBytes: 0 });
    expect(disk.findings).toMatchObject([
      { cause: 'preallocated', fix: null, sentence: expect.stringContaining('If that is not meant, discard=unmap') },
    ]);
    expect(judge(trimmed({ ...given, hops: COUNTED_NOTHING })).cause).toBe('preallocated');
    const filled: Given = {
      ...given,
      extents: { sharedBytes: 0, unwrittenBytes: 200 * MIB, encodedBytes: 0, sharedAt: null },
    };
    expect(diagnoseDisk(examined(filled), null).findings).toMatchObject([{ cause: 'host-ignores-discard' }]);
  });

  it('says of a qcow2 that was preallocated with falloc the same', () => {
    const given: Given = {
      nodes: IGNORE,
      image: { ...QCOW2, allocationBytes: 4 * GIB + MIB },
      extents: { sharedBytes: 0, unwrittenBytes: 3 * GIB, encodedBytes: 0, sharedAt: null },
    };
    expect(diagnoseDisk(examined(given), null).findings).toMatchObject([{ cause: 'preallocated' }]);
  });

  it('knows of luks before any trim that it drops discards, and not against QEMU’s own count', () => {
    const slack = { leastBytes: 40 * MIB, estimateBytes: 46 * MIB, mostBytes: 48 * MIB };
    expect(diagnoseDisk(examined({ image: { format: 'luks' }, slack, holdsMore: true }), null)).toMatchObject({
      findings: [{ cause: 'driver-drops-discard' }],
      hops: { passed: 'broken' },
      nowBytes: 0,
      afterFixesBytes: 46 * MIB,
    });
    expect(diagnoseDisk(examined({ image: { format: 'luks' }, passedEverBytes: MIB }), null).findings).toEqual([]);
  });

  it('sees clusters that belong to nobody, and counts them as what comes back after the fix', () => {
    const slack = { leastBytes: 48 * MIB, estimateBytes: 48 * MIB, mostBytes: 49 * MIB };
    const tables = { kind: 'counted', countedBytes: 52 * MIB, mappedBytes: null } as const;
    expect(diagnoseDisk(examined({ image: QCOW2, tables, slack, holdsMore: true }), null)).toMatchObject({
      hops: { passed: 'good', reclaimed: 'broken' },
      findings: [{ cause: 'clusters-of-nobody', effect: 'held' }],
      nowBytes: 0,
      afterFixesBytes: 48 * MIB,
    });
    // What xfs sets aside beyond the end of the file is none of the image's.
    const ahead = examined({ image: { ...QCOW2, physicalBytes: 53 * MIB }, tables, slack, holdsMore: true });
    expect(diagnoseDisk(ahead, null).findings).toEqual([]);
  });

  it('sees a block job that drops discards while it runs', () => {
    const slack = { leastBytes: 300 * MIB, estimateBytes: 320 * MIB, mostBytes: 350 * MIB };
    expect(diagnoseDisk(examined({ droppedBy: 'mirror', slack }), null)).toMatchObject({
      hops: { passed: 'broken' },
      findings: [{ cause: 'block-job-drops-discards', sentence: expect.stringContaining('a mirror job works on') }],
      nowBytes: 0,
      afterFixesBytes: 320 * MIB,
    });
  });

  it('does not call a server sound whose own setting nobody read', () => {
    const network: Given = { disk: { storage: 'network' }, image: { kind: 'other', unmeasured: 'it is elsewhere' } };
    expect(diagnoseDisk(examined(network), null).hops.passed).toBe('unknown');
    expect(diagnoseDisk(examined({ ...network, image: { kind: 'rbd' } }), null).hops.passed).toBe('good');
    expect(diagnoseDisk(examined(), null).hops.passed).toBe('good');
  });

  it('was repaired while it runs: QEMU’s own count goes before its command line', () => {
    expect(diagnoseDisk(examined({ nodes: IGNORE, passedEverBytes: MIB }), null).findings).toEqual([]);
  });

  const only = (trim: LastTrim & { readonly disk: DiskResult }): LastTrims => ({
    newest: trim,
    telling: trim,
    told: trim.disk,
  });

  it('remembers what only a trim can show, as long as it is the same image', () => {
    const result = judge(trimmed({ hops: COUNTED_NOTHING }));
    const disk = { ...DISK_RESULT, ...result };
    const trim = { id: 'x' as TrimId, startedAt: '2026-11-25T12:00:00.000Z' };
    expect(diagnoseDisk(examined(), only({ trim, disk, isOfThisBoot: true })).findings).toMatchObject([
      { cause: 'driver-drops-discard', seenByTrimAt: trim.startedAt },
    ]);
    expect(
      diagnoseDisk(examined({ image: { path: '/images/b.img' } }), only({ trim, disk, isOfThisBoot: true })).findings,
    ).toEqual([]);
    expect(diagnoseDisk(examined(), only({ trim, disk, isOfThisBoot: false })).findings).toEqual([]);
  });

  it('remembers what its pool kept, and what that is for', () => {
    const found = CAUSE_CASES['extents-held-in-part']?.found ?? {};
    const disk = { ...DISK_RESULT, ...judge(trimmed(found)) };
    const trim = { id: 'x' as TrimId, startedAt: '2026-11-25T12:00:00.000Z' };
    expect(diagnoseDisk(examined(found), only({ trim, disk, isOfThisBoot: true }))).toMatchObject({
      hops: { regained: 'broken' },
      findings: [{ cause: 'extents-held-in-part', effect: 'held', seenByTrimAt: trim.startedAt }],
    });
  });

  it('is said to be stored compressed, where its allocation counts more than its pool holds', () => {
    const extents = { sharedBytes: 0, unwrittenBytes: 0, encodedBytes: 95.7 * MIB, sharedAt: null };
    expect(diagnoseDisk(examined({ extents }), null).findings).toMatchObject([
      {
        cause: 'image-compressed',
        effect: 'note',
        sentence: expect.stringContaining('has 95.7 MiB stored compressed'),
      },
    ]);
  });

  it('remembers that ext4 was stale, and no longer once that was cured in vain', () => {
    const disk = { ...DISK_RESULT, ...judge(trimmed(STALE)) };
    const lastTrim = { trim: { id: 'x' as TrimId, startedAt: '2026-11-25T12:00:00.000Z' }, disk, isOfThisBoot: true };
    expect(diagnoseDisk(examined(), only(lastTrim)).findings).toMatchObject([{ cause: 'ext4-groups-flagged' }]);
    expect(diagnoseDisk(examined({ past: { curedInVain: true } }), only(lastTrim)).findings).toEqual([]);
  });

  it('says nothing of an estimate that nobody can make', () => {
    expect(diagnoseDisk(examined({ nodes: IGNORE }), null)).toMatchObject({ nowBytes: null, afterFixesBytes: null });
  });
});

const DISK_RESULT = {
  device: 'sda',
  image: '/images/a.img',
  matchedBy: 'serial',
  hops: trimmed({ hops: COUNTED_NOTHING }).trim.hops,
  slack: null,
  writtenBytes: 0,
  allocationBytes: { before: 1, after: 1 },
  contradictions: [],
  gaps: [],
};
