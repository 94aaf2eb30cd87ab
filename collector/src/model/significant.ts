/** Below this, a change of the allocation is the filesystems' own bookkeeping, on either side, and proves nothing. */
export const SIGNIFICANT_BYTES = 1024 * 1024;

/** What a conclusion may be built on: far more than an estimate can be off by. */
export const FAR_BYTES = 8 * 1024 * 1024;
const FAR_SHARE = 1 / 20;

/** Is this part of an allocation so large that a conclusion may rest on it? */
export function isFar({ bytes, allocationBytes }: { bytes: number; allocationBytes: number }): boolean {
  return bytes >= Math.max(FAR_BYTES, allocationBytes * FAR_SHARE);
}

export function isSignificant(bytes: number | null | undefined): bytes is number {
  return bytes !== null && bytes !== undefined && bytes >= SIGNIFICANT_BYTES;
}

export function isSome(bytes: number | null | undefined): bytes is number {
  return bytes !== null && bytes !== undefined && bytes > 0;
}
