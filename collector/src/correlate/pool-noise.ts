import type { DiskSample } from '../model/sample.ts';

/** Free space that moves by less than this is the filesystem's own bookkeeping. */
const NOISE_BYTES = 1024 * 1024;

const OTHERS_WRITE = 'others wrote to the pool meanwhile';
const OTHERS_GAVE_UP = 'others freed space in the pool meanwhile';

/**
 * Why a pool's free space tells nothing of this trim; null when it does. It was watched while the image held still:
 * whatever it moved by then, others wrote. If others, writing as fast during the trim, could account for more than a
 * twentieth of what came back, it tells nothing. Nor does it when others wrote or removed something once, in the
 * middle: a pool cannot regain more than the image fell by, and not less where nothing but the image holds its blocks.
 */
export function findPoolNoise(seen: {
  readonly before: DiskSample | null;
  readonly after: DiskSample | null;
  readonly driftBytesPerMs: number;
  /**
   * May the pool keep what the image gave up: for a copy, as part of an extent, or because it stored less than the
   * image counts?
   */
  readonly mayKeep: boolean;
}): string | null {
  const { before, after, driftBytesPerMs, mayKeep } = seen;
  if (before === null || after === null) return OTHERS_WRITE;
  const fellBytes = (before.allocationBytes ?? 0) - (after.allocationBytes ?? 0);
  const noiseBytes = Math.max(NOISE_BYTES, Math.abs(fellBytes) / 20);
  if (driftBytesPerMs * Math.max(0, after.takenAt - before.takenAt) > noiseBytes) return OTHERS_WRITE;
  if (before.poolFreeBytes === null || after.poolFreeBytes === null) return null;
  const roseBytes = after.poolFreeBytes - before.poolFreeBytes;
  if (roseBytes > Math.max(0, fellBytes) + noiseBytes) return OTHERS_GAVE_UP;
  return roseBytes < (mayKeep ? Math.min(0, fellBytes) : fellBytes) - noiseBytes ? OTHERS_WRITE : null;
}
