import type { Cause, Found } from '@trimtab/protocol/causes';
import type { DiskEvidence } from './evidence.ts';

/** A cause that the host proves. Pure: from evidence to what was found; null where it is not this cause. */
export interface HostCause extends Cause {
  /** Ids of causes that say nothing more where this one is found: it is the reason for what they saw. */
  readonly explains?: readonly string[];
  /** The next trim of the guest cures it by itself, so that it stands in nobody's way. */
  readonly isCuredByTrim?: true;
  find(evidence: DiskEvidence): Found | null;
}
