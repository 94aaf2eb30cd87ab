import { findGuestCauses, type GuestFinding } from '@trimtab/protocol/causes';
import { describe, expect, it } from 'vitest';
import { diagnoseDisk } from '../../../collector/src/diagnose/diagnose-disk.ts';
import { judge } from '../../../collector/src/diagnose/judge.ts';
import { guestWith, TAKES } from '../../protocol/causes/guest-with.ts';
import { LVM_ABOVE_DISABLED, NAMELESS_CRYPT, REFUSAL_CASES } from '../../protocol/causes/refusal-cases.ts';
import { aLayer, examined, type Given, IGNORE, MIB, NOTHING_SENT, trimmed } from './examples.ts';
import { FILESYSTEM_CASES, STALE } from './filesystem-cases.ts';

const REFUSED = [{ status: 'unsupported', message: 'the discard operation is not supported', hint: null }] as const;
const SLACK = { leastBytes: 30 * MIB, estimateBytes: 33 * MIB, mostBytes: 40 * MIB };
const PART = {
  ...NOTHING_SENT,
  trimmedBytes: 66 * MIB,
  issuedBytes: 66 * MIB,
  receivedBytes: 66 * MIB,
  passedBytes: 66 * MIB,
};
const HOLDS_MORE = { holdsMore: true, remaining: SLACK };
const causesOf = (guest: Parameters<typeof findGuestCauses>[0]): Pick<Given, 'guestFindings'> => ({
  guestFindings: findGuestCauses(guest),
});

describe('a layer that refuses, whatever it is', () => {
  const snapshot = REFUSAL_CASES['layer-refuses-discards']?.guest ?? guestWith({});

  it.each([
    ['dm-crypt-without-discards', NAMELESS_CRYPT],
    ['layer-refuses-discards', snapshot],
  ])('is the cause of a trim that fstrim was refused: %s', (cause, guest) => {
    const judged = judge(
      trimmed({
        ...causesOf(guest),
        outcomes: REFUSED,
        hops: { ...NOTHING_SENT, trimmedBytes: null },
        trim: HOLDS_MORE,
      }),
    );
    expect(judged).toMatchObject({ verdict: 'lost', lostAt: 'issued', cause });
  });

  it('keeps the space from being counted as what could come back now', () => {
    const mended = diagnoseDisk(examined({ ...causesOf(NAMELESS_CRYPT), slack: SLACK, holdsMore: true }), null);
    expect(mended).toMatchObject({ nowBytes: 0, afterFixesBytes: 33 * MIB, hops: { issued: 'broken' } });
    // Of one that nobody knows how to mend, nothing is promised.
    expect(diagnoseDisk(examined({ ...causesOf(snapshot), slack: SLACK, holdsMore: true }), null)).toMatchObject({
      nowBytes: 0,
      afterFixesBytes: 0,
    });
  });
});

describe('a disk that refuses below a volume that goes on taking', () => {
  // FITRIM on the volume succeeds, and none of it leaves the guest.
  const given: Given = {
    ...causesOf(LVM_ABOVE_DISABLED),
    layers: [
      aLayer('dm-0', { kind: 'dm', label: '/dev/mapper/vgx-data', below: ['sda'], mapperUuid: 'LVM-x' }),
      aLayer('sda'),
    ],
    hops: { ...NOTHING_SENT, trimmedBytes: 370 * MIB },
    trim: {
      ...HOLDS_MORE,
      layers: [
        { name: 'dm-0', before: counted(0), after: counted(370 * MIB) },
        { name: 'sda', before: counted(0), after: counted(0) },
      ],
    },
  };

  it('is the one that loses, not the volume above it', () => {
    expect(judge(trimmed(given))).toMatchObject({ cause: 'scsi-discard-disabled', lostAt: 'issued' });
  });

  it('and not the host either, which got none to ignore', () => {
    expect(judge(trimmed({ ...given, nodes: IGNORE })).cause).toBe('scsi-discard-disabled');
  });

  it('is told by what its layers said after the trim, too', () => {
    const turned: Given = {
      ...given,
      guestFindings: [],
      hops: {
        trimmedBytes: 370 * MIB,
        issuedBytes: 64 * MIB,
        receivedBytes: 64 * MIB,
        passedBytes: 0,
        reclaimedBytes: 0,
      },
      trim: { ...given.trim, turned: findGuestCauses(LVM_ABOVE_DISABLED) },
    };
    expect(judge(trimmed(turned))).toMatchObject({ cause: 'scsi-discard-disabled', lostAt: 'issued' });
    expect(judge(trimmed({ ...turned, trim: given.trim ?? {} })).cause).not.toBe('scsi-discard-disabled');
  });

  it('is not needed where a volume drops discards by itself: then its table says that it is no thin one', () => {
    const linear = { targets: ['linear'], allowsDiscards: null, raidLevel: null };
    const dropping = (mapperTable: typeof linear | null): Given => ({
      ...given,
      guestFindings: [],
      layers: [aLayer('dm-0', { kind: 'dm', below: ['sda'], mapperTable }), aLayer('sda')],
    });
    expect(judge(trimmed(dropping(linear))).cause).toBe('guest-layer-drops-discards');
    expect(judge(trimmed(dropping({ ...linear, targets: ['thin'] }))).cause).toBeNull();
    expect(judge(trimmed(dropping(null))).cause).toBeNull();
  });

  it('makes ext4 stale once it takes discards again', () => {
    const maybe = { holdsMore: null, remaining: { leastBytes: 0, estimateBytes: 0, mostBytes: 52 * MIB } };
    expect(judge(trimmed({ ...STALE, trim: maybe, past: { lostBefore: true } }))).toMatchObject({
      verdict: 'stale',
      evidence: expect.arrayContaining([{ fact: 'the trim of this disk before', value: 'lost' }]),
    });
  });
});

describe('a granularity above the free pieces', () => {
  const guest = REFUSAL_CASES['granularity-above-holes']?.guest ?? guestWith({});
  const COARSE: Given = { ...causesOf(guest), trim: HOLDS_MORE };
  it('is the cause where a part was sent and none came back', () => {
    expect(judge(trimmed({ ...COARSE, hops: PART }))).toMatchObject({
      verdict: 'lost',
      lostAt: 'trimmed',
      cause: 'granularity-above-holes',
      fix: expect.stringContaining('discard_granularity'),
    });
  });

  it('goes before stale where nothing new was found', () => {
    expect(judge(trimmed({ ...STALE, ...COARSE })).cause).toBe('granularity-above-holes');
  });

  it('is not where the image holds nothing more, or something came back', () => {
    const none = { holdsMore: false, remaining: null };
    expect(judge(trimmed({ ...COARSE, hops: NOTHING_SENT, trim: none })).verdict).toBe('nothing-to-reclaim');
    expect(judge(trimmed({ ...COARSE, hops: { ...PART, reclaimedBytes: 60 * MIB } })).verdict).toBe('reclaimed');
  });

  it('is told without a trim', () => {
    const disk = diagnoseDisk(examined({ ...COARSE, slack: SLACK, holdsMore: true }), null);
    expect(disk).toMatchObject({ nowBytes: 0, afterFixesBytes: 33 * MIB, hops: { trimmed: 'broken' } });
  });

  it('is not of a filesystem that this trim left alone', () => {
    const elsewhere = (causesOf(guest).guestFindings ?? []).map(
      (found): GuestFinding => ({ ...found, mount: '/other' }),
    );
    expect(judge(trimmed({ ...COARSE, guestFindings: elsewhere, hops: PART })).cause).toBeNull();
  });
});

describe('a granularity above the free pieces of a filesystem that does not list them', () => {
  const coarse = FILESYSTEM_CASES['pieces-below-granularity']?.found ?? {};
  const on = (kind: string, more: Given = {}) =>
    judge(trimmed({ ...coarse, ...more, filesystems: coarse.filesystems?.map((one) => ({ ...one, kind })) ?? [] }));

  it.each(['xfs', 'vfat', 'exfat', 'ntfs3'])('is the cause on %s, which sends all else at each trim', (kind) => {
    expect(on(kind)).toMatchObject({ verdict: 'lost', lostAt: 'trimmed', cause: 'pieces-below-granularity' });
  });

  it.each(['ext4', 'btrfs', 'f2fs', 'jfs'])(
    'is not concluded on %s, which may leave out what it has sent before',
    (kind) => {
      expect(on(kind).cause).not.toBe('pieces-below-granularity');
    },
  );

  it('is not where most was sent, or the image holds nothing more, or more than was left out', () => {
    const most = [{ status: 'done', trimmedBytes: 120 * MIB }] as const;
    expect(on('xfs', { outcomes: most }).cause).not.toBe('pieces-below-granularity');
    expect(on('xfs', { trim: { holdsMore: false, remaining: null } }).verdict).toBe('nothing-to-reclaim');
    const more = { leastBytes: 300 * MIB, estimateBytes: 310 * MIB, mostBytes: 320 * MIB };
    expect(on('xfs', { trim: { holdsMore: true, remaining: more } }).cause).not.toBe('pieces-below-granularity');
  });

  it('says why the rest stayed where a part came back', () => {
    const part = { trimmedBytes: 64 * MIB, reclaimedBytes: 64 * MIB };
    const rest = { leastBytes: 150 * MIB, estimateBytes: 152 * MIB, mostBytes: 160 * MIB };
    expect(on('xfs', { hops: { ...PART, ...part }, trim: { holdsMore: true, remaining: rest } })).toMatchObject({
      verdict: 'reclaimed',
      sentence: expect.stringMatching(/At least 150 MiB more stayed: The xfs on \/srv sent 64\.0 MiB of the 232 MiB/),
    });
  });
});

it('a limit that changed nothing is nothing', () => {
  expect(findGuestCauses(guestWith({ layers: [{ name: 'sda', discard: TAKES }] }))).toEqual([]);
});

function counted(discardedBytes: number) {
  return { discardedBytes, writtenBytes: 0 };
}
