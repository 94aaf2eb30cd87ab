import type { GuestFinding } from '@trimtab/protocol/causes';
import type { TrimmedDisk, TrimSeen } from './evidence.ts';
import type { HostCause } from './host-cause.ts';
import { type Judgement, toJudgement } from './judgement.ts';

/** The first of these causes that the evidence proves; null when none is. */
export function firstFound(causes: readonly HostCause[], evidence: TrimmedDisk): Judgement | null {
  for (const cause of causes) {
    const found = cause.find(evidence);
    if (found !== null) return toJudgement(cause, found);
  }
  return null;
}

/** Of this one the guest sends a part: it is no reason why nothing was sent. */
const SENDS_A_PART = 'granularity-above-holes';

/** The guest's word on why nothing is sent of what this trim was to trim. */
export function firstGuestLoss({ guestFindings, trim }: TrimmedDisk): Judgement | null {
  return firstLoss({ findings: guestFindings.filter(({ cause }) => cause.id !== SENDS_A_PART), trim });
}

/** Its word on why only a part is sent. */
export function firstUnsent({ guestFindings, trim }: TrimmedDisk): Judgement | null {
  return firstLoss({ findings: guestFindings.filter(({ cause }) => cause.id === SENDS_A_PART), trim });
}

/** What came to stand in the way only while the trim ran. */
export function firstTurned({ trim }: TrimmedDisk): Judgement | null {
  return firstLoss({ findings: trim.turned, trim });
}

/** Only of the filesystems that this trim was to trim: another one of the disk may have a cause of its own. */
function firstLoss({ findings, trim }: { findings: readonly GuestFinding[]; trim: TrimSeen }): Judgement | null {
  const mounts = trim.filesystems.map(({ mount }) => mount);
  const found = findings.find(
    ({ cause, mount }) => cause.effect === 'lost' && mount !== null && mounts.includes(mount),
  );
  return found === undefined ? null : toJudgement(found.cause, found);
}
