import type { TrimReport } from '@trimtab/protocol';
import { ext4GroupsFlagged } from '../../diagnose/causes/ext4-groups-flagged.ts';
import type { DiskResult, TrimResult, Verdict } from '../../model/trim-result.ts';

/**
 * The mounts whose ext4 found nothing new to trim though the host still holds what it trimmed before. Only where the
 * verdict is `stale` by that cause (no agent makes another kind of filesystem forget), which takes a path that is
 * proven good and excludes what was tried in vain (`PastTrims`); and never after a trim that was such a cure itself.
 */
export function mountsToCure({ report, result }: { report: TrimReport; result: TrimResult }): readonly string[] {
  if (isCure(report)) return [];
  const isCurable = ({ verdict, cause }: DiskResult) => verdict === 'stale' && cause === ext4GroupsFlagged.id;
  const stale = new Set(result.disks.filter(isCurable).map(({ device }) => device));
  return report.filesystems
    .filter(({ outcome }) => outcome.status === 'done' && outcome.trimmedBytes === 0)
    .filter(({ disks }) => disks.some((disk) => stale.has(disk)))
    .map(({ mount }) => mount);
}

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

function isCure({ filesystems }: { readonly filesystems: readonly { readonly again: boolean }[] }): boolean {
  return filesystems.some(({ again }) => again);
}
