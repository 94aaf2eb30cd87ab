import type { TrimResult, Verdict } from './trim-result.ts';

/**
 * What two trims came to, the second of which discarded again what the first could not. Its results stand in the place
 * of the first's, also where it was in vain: the fix that stands there has just been made. Where it did not take place,
 * what was known before it stays.
 */
export function mergeCure({ first, cure }: { first: TrimResult; cure: TrimResult }): TrimResult {
  if (!isCure(cure)) return first;
  const disks = first.disks.map((one) => {
    const cured = cure.disks.find(({ device }) => device === one.device);
    return cured === undefined || DID_NOTHING.has(cured.verdict) ? one : cured;
  });
  return {
    ...first,
    curedBy: cure.id,
    durationMs: first.durationMs === null || cure.durationMs === null ? null : first.durationMs + cure.durationMs,
    filesystems: first.filesystems.map((one) => cure.filesystems.find(({ mount }) => mount === one.mount) ?? one),
    disks,
  };
}

const DID_NOTHING: ReadonlySet<Verdict> = new Set(['cancelled', 'failed']);

/** Was it such a second one? */
export function isCure({ filesystems }: { readonly filesystems: readonly { readonly again: boolean }[] }): boolean {
  return filesystems.some(({ again }) => again);
}
