import type { Evidence } from '@trimtab/protocol/causes';
import { isFar } from '../model/significant.ts';
import type { DiskEvidence } from './evidence.ts';

/**
 * The least that a qcow2 file takes without any of its tables counting it; null where that cannot be told. Blocks
 * beyond its end (what xfs sets aside for a file that grows) do not belong to the image. It cannot be more than the
 * guest leaves unused: if it seems so, QEMU has not written its tables yet.
 */
export function countOfNobody({ tables, allocationBytes, image, slack, trim }: DiskEvidence): number | null {
  if (tables?.kind !== 'counted' || allocationBytes === null || image === null) return null;
  const withinBytes = Math.min(allocationBytes, image.physicalBytes ?? allocationBytes);
  const bytes = withinBytes - tables.countedBytes;
  const unused = trim === null ? slack : trim.remaining;
  return unused !== null && bytes > unused.mostBytes ? null : bytes;
}

/** Is that so much that it is a cause? Null where it cannot be told. */
export function isOfNobody(evidence: DiskEvidence): boolean | null {
  const bytes = countOfNobody(evidence);
  const { allocationBytes } = evidence;
  return bytes === null || allocationBytes === null ? null : isFar({ bytes, allocationBytes });
}

/**
 * Clusters that something in the image refers to, and not the guest: its snapshots, and at most a few tables. 0 is no
 * proof of the contrary: QEMU keeps the tables of a running guest in memory and writes them when the guest flushes, so
 * that what was just discarded may still stand in the file as the guest’s.
 */
export function countOfSnapshots({ tables }: DiskEvidence): number {
  if (tables?.kind !== 'counted' || tables.mappedBytes === null) return 0;
  return Math.max(0, tables.countedBytes - tables.mappedBytes);
}

export function tablesEvidence({ tables, allocationBytes }: DiskEvidence): Evidence[] {
  if (tables?.kind !== 'counted') return [];
  const { countedBytes, mappedBytes } = tables;
  return [
    { fact: 'image’s allocation, bytes', value: String(allocationBytes) },
    { fact: 'clusters that its refcounts count, bytes', value: String(countedBytes) },
    ...(mappedBytes === null
      ? []
      : [{ fact: 'clusters that the guest’s own tables refer to, bytes', value: String(mappedBytes) }]),
  ];
}
