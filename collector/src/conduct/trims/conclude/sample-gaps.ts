import { rise } from '@trimtab/protocol';
import type { Evidence } from '@trimtab/protocol/causes';
import { mayPoolKeep } from '../../../correlate/may-keep.ts';
import { findPoolNoise } from '../../../correlate/pool-noise.ts';
import type { DiskPath } from '../../../model/disk-path.ts';
import type { DiskSample } from '../../../model/sample.ts';
import type { TrimAccount } from '../../../model/trim-account.ts';
import { countsAtCommit } from '../../../pool/commit-pool.ts';

import type { SharedPools } from './gather.ts';

interface Between {
  readonly path: DiskPath | null;
  readonly from: DiskSample | null;
  readonly to: DiskSample | null;
}

/** Why the pool's free space says nothing of this disk; null when it does. */
export function findNoise({
  paths,
  sharedPools,
  path,
  from,
  to,
  driftBytesPerMs,
}: Between & {
  readonly paths: readonly DiskPath[];
  readonly sharedPools: SharedPools;
  readonly driftBytesPerMs: number;
}): string | null {
  const pool = path?.image?.pool;
  if (pool === undefined) return 'the pool is not known';
  if (pool === null) return null;
  const isLate = path?.pool !== null && path?.pool !== undefined && countsAtCommit(path.pool);
  if (isLate && from?.poolFreeBytes === null) return NO_COMMIT_BEFORE;
  if (isLate && to?.poolFreeBytes === null) return NO_COMMIT_AFTER;
  if (paths.filter(({ image }) => image?.pool === pool).length > 1) return OTHER_DISK;
  if (sharedPools === null) return NOT_WATCHED;
  const company = sharedPools.get(pool);
  if (company !== undefined) return company === 'ran' ? OTHER_TRIM : PERHAPS_OTHER_TRIM;
  const mayKeep = mayPoolKeep({ path, before: from });
  return findPoolNoise({ before: from, after: to, driftBytesPerMs, mayKeep });
}

const NO_COMMIT_BEFORE =
  'the pool counts at its commits, and had none in time before the trim (allocation-settles-late)';
const NO_COMMIT_AFTER =
  'the pool counts at its commits, and had none in time after the trim: it is measured again then (allocation-settles-late)';
const OTHER_DISK = 'another disk of this trim is in the same pool';
const OTHER_TRIM = 'another trim ran on this pool meanwhile';
const PERHAPS_OTHER_TRIM =
  'another trim may have run on this pool meanwhile: it had no slot, and was heard of only later';
const NOT_WATCHED =
  'its slot on this pool was given back before its end was known (the guest went away or fell silent, or the collector was restarted), and other trims may have run there';

/** What could not be measured, and why. */
export function listGaps({ path, from, to, noise }: Between & { readonly noise: string | null }): Evidence[] {
  if (from === null || to === null) return [];
  const silent = from.countersMissing ?? to.countersMissing ?? findReset({ from, to });
  const asked = path?.domain?.source !== 'loop-devices';
  return [
    ...(silent !== null && asked ? [{ fact: 'received, passed', value: silent }] : []),
    ...(noise === null ? [] : [{ fact: 'regained', value: noise }]),
  ];
}

/**
 * Counters begin anew with the QEMU process that counts (a restart, a migration), and with a disk that is plugged in
 * again.
 */
function findReset({ from, to }: { from: DiskSample; to: DiskSample }): string | null {
  if (from.counterEpoch !== to.counterEpoch)
    return 'another QEMU process counted after the trim than before: the guest was restarted or migrated';
  const [before, after] = [from.counters, to.counters];
  const wentBack = (counter: 'passedBytes' | 'receivedBytes' | 'writtenBytes') => {
    const [was, is] = [before?.[counter] ?? null, after?.[counter] ?? null];
    return was !== null && is !== null && is < was;
  };
  return wentBack('passedBytes') || wentBack('receivedBytes') || wentBack('writtenBytes')
    ? 'QEMU’s counters went back: the disk was taken out and put in again'
    : null;
}

/** Why the samples do not enclose the trim, for people; null when they do. */
export function findGap({
  report,
  path,
  from,
  to,
}: Between & { readonly report: Pick<TrimAccount, 'granted'> }): string | null {
  if (!report.granted) return 'the collector was away when the trim began, so the image was not measured before it';
  if (path?.missing !== null && path?.missing !== undefined) return path.missing;
  if (from === null) return 'the image was not measured before the trim began';
  if (to === null) return 'the image could not be measured after the trim';
  const [job] = [...(from.counters?.blockJobs ?? []), ...(to.counters?.blockJobs ?? [])];
  if (job === undefined || (findDropper({ from, to }) !== null && isNothingPassed({ from, to }))) return null;
  return `a block job (${job}) worked on this disk, and changes images by itself`;
}

/**
 * The kind of the block job whose node dropped the disk's discards, if it was there before the first and after the
 * last.
 */
export function findDropper({ from, to }: Pick<Between, 'from' | 'to'>): string | null {
  const [before, after] = [from?.counters?.droppedBy ?? null, to?.counters?.droppedBy ?? null];
  return before === after ? after : null;
}

/** Where nothing reached the image, a job's own writes leave nothing to tell apart. */
function isNothingPassed({ from, to }: { from: DiskSample; to: DiskSample }): boolean {
  return rise({ from: from.counters?.passedBytes, to: to.counters?.passedBytes }) === 0;
}
