import type { Evidence } from '@trimtab/protocol/causes';
import { isSignificant } from '../../model/significant.ts';
import type { DiskEvidence } from '../evidence.ts';
import { isMoreHeld, slackEvidence } from '../wording.ts';
import { findIgnoringNode } from './ignoring-nodes.ts';

/**
 * Does something hold clusters that the guest gave up? Yes where the image takes more than the guest can possibly use.
 * Where the bounds leave that open, a trim shows it by discards that arrived while the allocation did not fall; without
 * a trim, whatever could hold clusters is worth naming. No where nobody knows how full the guest is, and where discards
 * are lost on their way.
 */
export function isHeld(evidence: DiskEvidence): boolean {
  const { disk, trim, slack, past } = evidence;
  if (disk !== null && findIgnoringNode(disk.nodes) !== null && !past.passedBefore) return false;
  const more = isMoreHeld(evidence);
  if (more !== null) return more;
  return trim === null ? slack !== null : isSignificant(trim.hops.passedBytes);
}

/** The same for causes that every image of this kind has: only a surplus that is proven counts for them. */
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
