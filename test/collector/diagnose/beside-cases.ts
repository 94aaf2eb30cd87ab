import { type Given, MIB } from './examples.ts';

const XFS = { kind: 'xfs', nfsVersion: null, reflink: null, chunkBytes: null, discards: null };

/** What is to be said beside a trim that brought space back; each with what comes nearest without being it. */
export const BESIDE_CASES: Readonly<
  Record<string, { readonly found: Given; readonly near: Given; readonly fix: RegExp | null }>
> = {
  'outside-filesystems': {
    found: { outside: { leastBytes: 118 * MIB, mostBytes: 148 * MIB }, hops: { reclaimedBytes: 20 * MIB } },
    // Its bounds leave open whether anything is there.
    near: { outside: { leastBytes: 0, mostBytes: 148 * MIB }, hops: { reclaimedBytes: 20 * MIB } },
    fix: null,
  },
  'pool-on-thin-storage': {
    found: { pool: { ...XFS, thinBelow: 'the thin pool vg-images' } },
    near: { pool: { ...XFS, thinBelow: null } },
    fix: /^fstrim -v \S+\nOnce a week by itself/,
  },
};
