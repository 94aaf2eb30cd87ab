import type { DiskSample } from '../model/sample.ts';

/** Free space that moves by less than this is the filesystem's own bookkeeping. */
const NOISE_BYTES = 1024 * 1024;

/**
 * Does the pool's free space tell anything of this trim? It was watched while the image held still: whatever it moved by then, others
 * wrote. If others, writing as fast during the trim, could account for more than a twentieth of what came back, it tells nothing.
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
