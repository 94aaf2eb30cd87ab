import type { Evidence } from '@trimtab/protocol/causes';
import { isSignificant } from '../../model/significant.ts';
import type { DiskEvidence } from '../evidence.ts';
import { isMoreHeld, slackEvidence } from '../wording.ts';
import { findIgnoringNode } from './ignoring-nodes.ts';

/**
 * Does something hold clusters that the guest gave up? Known by what the image takes above all that the guest may use. Where that lies
 * between the bounds, a trim says so by discards that arrived while the allocation did not fall; without a trim, what could hold them
 * is worth naming. Where nobody knows how full the guest is, nothing speaks for it. A path that loses discards holds nothing.
 */
export function isHeld(evidence: DiskEvidence): boolean {
  const { disk, trim, slack, past } = evidence;
  if (disk !== null && findIgnoringNode(disk.nodes) !== null && !past.passedBefore) return false;
  const more = isMoreHeld(evidence);
  if (more !== null) return more;
  return trim === null ? slack !== null : isSignificant(trim.hops.passedBytes);
}

/** The same for causes that any image of this make has, so that only a surplus speaks for them. */
export function isSurelyHeld(evidence: DiskEvidence): boolean {
  return isMoreHeld(evidence) === true && isHeld(evidence);
}

export function heldEvidence(evidence: DiskEvidence): Evidence[] {
  const passed = evidence.trim?.hops.passedBytes ?? null;
  return [
    ...(passed === null ? [] : [{ fact: 'discard-bytes-ok of the file node, change', value: String(passed) }]),
    ...slackEvidence(evidence),
  ];
}
