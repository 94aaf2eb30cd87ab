/** Below this, a change of the allocation is the filesystems' own bookkeeping, on either side, and proves nothing. */
export const SIGNIFICANT_BYTES = 1024 * 1024;

export function isSignificant(bytes: number | null | undefined): bytes is number {
  return bytes !== null && bytes !== undefined && bytes >= SIGNIFICANT_BYTES;
}

export function isSome(bytes: number | null | undefined): bytes is number {
  return bytes !== null && bytes !== undefined && bytes > 0;
}
