import type { Evidence } from '@trimtab/protocol/causes';
import { formatBytes } from '@trimtab/protocol/shared';
import type { DiskEvidence, TrimSeen } from './evidence.ts';

export function describeSent({ sentBytes, hops: { trimmedBytes } }: Pick<TrimSeen, 'sentBytes' | 'hops'>): string {
  if (sentBytes !== null) return `the guest discarded ${formatBytes(sentBytes)}`;
  return trimmedBytes === null ? 'the guest trimmed' : `the guest trimmed ${formatBytes(trimmedBytes)}`;
}

/** QEMU's count as evidence: of the trim, or without one since QEMU started. */
export function passedEvidence({ trim, passedEverBytes, failedEver }: DiskEvidence): Evidence[] {
  if (trim === null)
    return [
      ...fact('discard-bytes-ok of the file node, since QEMU started', passedEverBytes),
      ...fact('discard-nb-failed of the file node, since QEMU started', failedEver),
    ];
  return [
    ...fact('discard-bytes-ok of the file node, change', trim.hops.passedBytes),
    ...fact('discard-nb-failed of the file node, change', trim.failedDiscards),
    ...fact('fall of the image’s allocation, bytes', trim.hops.reclaimedBytes),
  ];
}

/** How much more the image takes than the guest uses, as evidence that something holds space. */
export function slackEvidence({ trim, slack, image }: DiskEvidence): Evidence[] {
  const now = trim === null ? slack : trim.remaining;
  return [
    ...fact('image’s allocation above all that the guest may use, at least, bytes', now?.leastBytes ?? null),
    ...fact('what its backing files take, bytes', image?.backingAllocationBytes ?? null),
  ];
}

function fact(name: string, value: number | null): Evidence[] {
  return value === null ? [] : [{ fact: name, value: String(value) }];
}

/** Is far more held than used: after the trim, or now where there was none? As `DiskEvidence.holdsMore`. */
export function isMoreHeld({ trim, holdsMore }: DiskEvidence): boolean | null {
  return trim === null ? holdsMore : trim.holdsMore;
}
