import { ext4GroupsFlagged } from '../../diagnose/causes/ext4-groups-flagged.ts';
import { isCure } from '../../model/merge-cure.ts';
import type { TrimAccount } from '../../model/trim-account.ts';
import type { DiskResult, TrimResult } from '../../model/trim-result.ts';

/**
 * The mounts whose ext4 found nothing new to trim though the host still holds what it trimmed before. Only where the
 * verdict is `stale` by that cause (no agent makes another kind of filesystem forget), which takes a path that is
 * proven good and excludes what was tried in vain (`PastTrims`); and never after a trim that was such a cure itself.
 */
export function mountsToCure({ report, result }: { report: TrimAccount; result: TrimResult }): readonly string[] {
  if (isCure(report)) return [];
  const isCurable = ({ verdict, cause }: DiskResult) => verdict === 'stale' && cause === ext4GroupsFlagged.id;
  const stale = new Set(result.disks.filter(isCurable).map(({ device }) => device));
  return report.filesystems
    .filter(({ outcome }) => outcome.status === 'done' && outcome.trimmedBytes === 0)
    .filter(({ disks }) => disks.some((disk) => stale.has(disk)))
    .map(({ mount }) => mount);
}
