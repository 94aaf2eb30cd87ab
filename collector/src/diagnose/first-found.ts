import type { TrimmedDisk } from './evidence.ts';
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

/** Only of the filesystems that this trim was to trim: another one of the disk may have a cause of its own. */
export function firstGuestLoss({ guestFindings, trim }: TrimmedDisk): Judgement | null {
  const mounts = trim.filesystems.map(({ mount }) => mount);
  const found = guestFindings.find(
    ({ cause, mount }) => cause.effect === 'lost' && mount !== null && mounts.includes(mount),
  );
  return found === undefined ? null : toJudgement(found.cause, found);
}
