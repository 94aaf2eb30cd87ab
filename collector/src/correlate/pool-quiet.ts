import type { DiskSample } from '../model/sample.ts';

/** Free space that moves by less than this meanwhile is bookkeeping. */
const NOISE_BYTES = 1024 * 1024;

/**
 * Does the pool's free space say anything of this trim? It was watched while the image held still: what it moved by then
 * was others writing. If as much in the trim's own time could have been more than a twentieth of what came back, it says nothing.
 */
export function isPoolQuiet(seen: {
  readonly before: DiskSample | null;
  readonly after: DiskSample | null;
  readonly driftBytesPerMs: number;
}): boolean {
  const { before, after, driftBytesPerMs } = seen;
  if (before === null || after === null) return false;
  const expectedNoise = driftBytesPerMs * Math.max(0, after.takenAt - before.takenAt);
  const reclaimed = Math.abs((before.allocationBytes ?? 0) - (after.allocationBytes ?? 0));
  return expectedNoise <= Math.max(NOISE_BYTES, reclaimed / 20);
}
