import type { Cause, Found } from '@trimtab/protocol/causes';
import type { DiskEvidence } from './evidence.ts';

/** A cause that the host proves. Pure: from evidence to what was found; null where it is not this cause. */
export interface HostCause extends Cause {
  find(evidence: DiskEvidence): Found | null;
}
