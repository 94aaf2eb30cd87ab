import { aFilesystem, aLayer, GIB, type Given, MIB, NOTHING_SENT } from './examples.ts';

export const HOLDS = {
  holdsMore: true,
  remaining: { leastBytes: 300 * MIB, estimateBytes: 320 * MIB, mostBytes: 350 * MIB },
};
export const STALE = { hops: NOTHING_SENT, trim: HOLDS };
/** A btrfs of 1 GiB whose 240 MiB were given up in vain; mended, it sends what is free in its chunks and no more. */
export const BTRFS_STALE: Given = {
  filesystems: [aFilesystem({ mount: '/data', kind: 'btrfs', sizeBytes: GIB, usedBytes: 6 * MIB, inFstab: true })],
  image: { allocationBytes: 243 * MIB },
  hops: {
    trimmedBytes: 118 * MIB,
    issuedBytes: 118 * MIB,
    receivedBytes: 118 * MIB,
    passedBytes: 118 * MIB,
    reclaimedBytes: 2936013,
    regainedBytes: 2936013,
  },
  trim: { holdsMore: true, remaining: { leastBytes: 238 * MIB, estimateBytes: 239 * MIB, mostBytes: 240 * MIB } },
};
/** FITRIM returned 0, and its statfs is no measure of what it could have sent. */
export const F2FS: Given = {
  filesystems: [aFilesystem({ mount: '/data', kind: 'f2fs', inFstab: true })],
  hops: NOTHING_SENT,
  trim: { holdsMore: null, remaining: null },
};

/** 216 MiB free in pieces of 8, and 16 in one, on a disk that discards in pieces of 32 MiB, set for Windows guests. */
const COARSE: Given = {
  filesystems: [aFilesystem({ kind: 'xfs', sizeBytes: 448 * MIB, usedBytes: 216 * MIB })],
  layers: [
    aLayer('sda', { discard: { granularityBytes: 32 * MIB, maxBytes: GIB, maxHwBytes: GIB, alignmentBytes: 0 } }),
  ],
  image: { allocationBytes: 440 * MIB },
  hops: { ...NOTHING_SENT, trimmedBytes: 0 },
  trim: { holdsMore: true, remaining: { leastBytes: 200 * MIB, estimateBytes: 210 * MIB, mostBytes: 216 * MIB } },
};

/** What a filesystem keeps back, by its kind. */
export const FILESYSTEM_CASES: Readonly<
  Record<string, { readonly found: Given; readonly near: Given; readonly fix: RegExp | null }>
> = {
  'pieces-below-granularity': {
    found: COARSE,
    // Its device discards as finely as any: something else keeps what it did not send.
    near: { ...COARSE, layers: [aLayer('sda')] },
    fix: /^Give the device a discard_granularity of at most 4096 bytes/,
  },
  'ext4-groups-flagged': {
    found: STALE,
    near: { ...STALE, filesystems: [aFilesystem({ kind: 'xfs' })] },
    fix: /^fstrim -m 67108864 \/srv\nfstrim -v \/srv$/m,
  },
  'btrfs-chunks-trimmed': {
    found: BTRFS_STALE,
    // All that it kept back is less than what stayed: a part of that was sent, and something else holds it.
    near: { ...BTRFS_STALE, outcomes: [{ status: 'done', trimmedBytes: 800 * MIB }] },
    fix: /^umount \/data\nmount \/data\nfstrim -v \/data$/m,
  },
  'f2fs-blocks-sent': {
    found: { ...F2FS, past: { lostBefore: true } },
    // Nothing was lost: it has nothing to send.
    near: F2FS,
    fix: /^touch \/data\/\.trimtab && rm \/data\/\.trimtab\numount \/data\nmount \/data\nmount -o remount,nodiscard \/data\nfstrim -v \/data$/m,
  },
  'discards-later': {
    found: { ...F2FS, filesystems: [aFilesystem({ mount: '/data', kind: 'f2fs', discardsOnline: true })] },
    // Others send at once, also where they are mounted with discard.
    near: { ...F2FS, filesystems: [aFilesystem({ mount: '/data', kind: 'ext4', discardsOnline: true })] },
    fix: /^mount -o remount,nodiscard \/data\nfstrim -v \/data\nmount -o remount,discard \/data$/m,
  },
};
