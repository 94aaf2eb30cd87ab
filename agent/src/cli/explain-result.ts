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

/** More than a note? */
export function isLoss({ cause }: GuestFinding): boolean {
  return cause.effect !== 'note';
}

/** Also where a layer refuses discards for a reason that is not on the list, as an old snapshot of LVM does. */
export function losesSpace({
  inventory,
  findings,
}: {
  inventory: Inventory;
  findings: readonly GuestFinding[];
}): boolean {
  return findings.some(isLoss) || inventory.filesystems.some(({ obstacle }) => obstacle?.code === 'no-discard');
}
