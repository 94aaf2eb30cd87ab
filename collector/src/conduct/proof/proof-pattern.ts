import { PROOF_MOST_READS, PROOF_MOST_UNITS, PROOF_UNIT_BYTES } from '@trimtab/protocol';
import type { ReadCount } from '../../qemu/topology/read-counts.ts';

/** The first pattern; each further one is twice as long, up to what the wire takes. */
const FIRST_READS = 8;

/**
 * Amounts to read, each at random from 1 to 64 units, as many as the disk has room for. Eight of them are 64^8
 * patterns, and their sum has some 450 likely values: a disk that reads just that much meanwhile for other reasons
 * would be a rare chance.
 */
export function drawPattern({
  attempt,
  sizeBytes,
  randomBelow,
}: {
  /** From 0. */
  attempt: number;
  sizeBytes: number;
  /** A whole number from 0, below the limit. */
  randomBelow: (limit: number) => number;
}): number[] {
  const reads = Math.min(PROOF_MOST_READS, FIRST_READS * 2 ** attempt);
  const roomUnits = Math.floor(sizeBytes / PROOF_UNIT_BYTES);
  const most = Math.max(1, Math.min(PROOF_MOST_UNITS, Math.floor(roomUnits / reads)));
  return Array.from({ length: reads }, () => 1 + randomBelow(most));
}

/** Whose counters moved by the pattern. */
export interface Moved {
  /** Read at least as often and as much, by `qdev`. */
  readonly atLeast: readonly string[];
  /** Of these, read exactly as much. */
  readonly exactly: readonly string[];
}

/** A device that came, went or was reset meanwhile has not moved. */
export function findMoved({
  units,
  before,
  after,
}: {
  units: readonly number[];
  before: readonly ReadCount[];
  after: readonly ReadCount[];
}): Moved {
  const wantedBytes = units.reduce((sum, count) => sum + count, 0) * PROOF_UNIT_BYTES;
  const rises = after.flatMap(({ qdev, operations, bytes }) => {
    const was = before.find((count) => count.qdev === qdev);
    return was === undefined ? [] : [{ qdev, operations: operations - was.operations, bytes: bytes - was.bytes }];
  });
  const atLeast = rises.filter(({ operations, bytes }) => operations >= units.length && bytes >= wantedBytes);
  const exactly = atLeast.filter(({ bytes }) => bytes === wantedBytes);
  return { atLeast: atLeast.map(({ qdev }) => qdev), exactly: exactly.map(({ qdev }) => qdev) };
}

/**
 * What one round says: proof when one device alone moved, and just by the pattern; a suspicion when others moved too,
 * or it read for other reasons as well, so that the next round must say the same; nothing otherwise.
 */
export function weighMoved({ atLeast, exactly }: Moved): { readonly qdev: string; readonly isProof: boolean } | null {
  const [only, ...others] = exactly.length > 0 ? exactly : atLeast;
  if (only === undefined || others.length > 0) return null;
  return { qdev: only, isProof: exactly.length === 1 && atLeast.length === 1 };
}
