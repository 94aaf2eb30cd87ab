import type { Evidence } from '@trimtab/protocol/causes';
import { isSignificant, isSome } from '../../model/significant.ts';
import type { DiskEvidence } from '../evidence.ts';
import { isMoreHeld, slackEvidence } from '../wording.ts';
import { findIgnoringNode } from './ignoring-nodes.ts';

/**
 * Does something hold clusters that the guest gave up? Known by what the image takes above all that the guest may use; where that
 * cannot be told, by discards that arrived while the allocation did not fall. A path that loses discards holds nothing.
 */
export function isHeld(evidence: DiskEvidence): boolean {
  const { disk, trim } = evidence;
  const isLosing = disk !== null && findIgnoringNode(disk.nodes) !== null && !isSome(evidence.passedEverBytes);
  if (isLosing) return false;
  const more = isMoreHeld(evidence);
  if (more !== null) return more;
  return trim === null || isSignificant(trim.hops.passedBytes);
}

/** The same for causes that any image of this make has, so that only a surplus speaks for them. */
export function isSurelyHeld(evidence: DiskEvidence): boolean {
  return isMoreHeld(evidence) === true && isHeld(evidence);
}

export function heldEvidence(evidence: DiskEvidence): Evidence[] {
  const { trim } = evidence;
  const passed = trim?.hops.passedBytes ?? null;
  return [
    ...(passed === null ? [] : [{ fact: 'discard-bytes-ok of the file node, change', value: String(passed) }]),
    ...slackEvidence(evidence),
  ];
}
