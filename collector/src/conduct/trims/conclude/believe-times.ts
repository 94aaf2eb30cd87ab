import type { TrimAccount } from '../../../model/trim-account.ts';
import type { TrimResult } from '../../../model/trim-result.ts';

/** Clocks of guests that are this near to the host's are called right. */
const NEAR_MS = 60_000;

/** What the host knows by its own clock of a trim that a guest tells of. */
export interface HostTimes {
  /** Null where it was not granted: it may have been long ago. */
  readonly grantedAt: number | null;
  readonly reportedAt: number;
}

/**
 * When a trim began and how long it took, as far as that can be: not before its grant, and not after its report. A guest
 * writes any instant up to the year 275760, and its clock may be wrong without its doing; what it said is kept beside
 * the instant that stands for it.
 */
export function believeTimes(
  { startedAt: toldAt, durationMs }: Pick<TrimAccount, 'startedAt' | 'durationMs'>,
  { grantedAt, reportedAt }: HostTimes,
): Pick<TrimResult, 'startedAt' | 'toldStartedAt' | 'durationMs'> {
  // The host's own clock may have been put back since the grant.
  const earliestAt = grantedAt === null || grantedAt > reportedAt ? null : grantedAt;
  const startedAt = Math.min(Math.max(toldAt, earliestAt ?? toldAt), reportedAt);
  const isTold = Math.abs(startedAt - toldAt) >= NEAR_MS;
  const isTooLong = earliestAt !== null && durationMs !== null && durationMs > reportedAt - earliestAt + NEAR_MS;
  return {
    startedAt: new Date(startedAt).toISOString(),
    toldStartedAt: isTold ? new Date(toldAt).toISOString() : null,
    durationMs: isTooLong ? null : durationMs,
  };
}
