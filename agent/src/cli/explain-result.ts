import type { GuestIdentity, Inventory } from '@trimtab/protocol';
import { type GuestFinding, pageOf } from '@trimtab/protocol/causes';

/** `probe --explain --json`. */
export function toExplanation({
  identity,
  inventory,
  findings,
}: {
  identity: GuestIdentity;
  inventory: Inventory;
  findings: readonly GuestFinding[];
}) {
  return {
    identity,
    inventory,
    findings: findings.map(({ cause, mount, disks, sentence, evidence, fix }) => ({
      cause: cause.id,
      hop: cause.hop,
      effect: cause.effect,
      mount,
      disks,
      sentence,
      evidence,
      fix,
      page: pageOf(cause),
    })),
  };
}

/** Is any of it more than a note? */
export function losesSpace(findings: readonly GuestFinding[]): boolean {
  return findings.some(({ cause }) => cause.effect !== 'note');
}
