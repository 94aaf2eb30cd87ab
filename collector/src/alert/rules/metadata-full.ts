import { quote } from '@trimtab/protocol/causes';
import { formatBytes } from '@trimtab/protocol/shared';
import { formatPercent, MINUTE_MS, type Rule, standOf, toPercent } from '../rule.ts';

const LOWER_POINTS = 5;
/** So many points above the mark nobody waits any more. */
const CRITICAL_POINTS = 10;

/** A thin pool without room for its metadata stops as one without room for data does (lvmthin(7)). */
export const metadataFull: Rule = {
  read: ({ pools }, { alertMetadata }) =>
    (pools ?? []).flatMap(({ key, metadata }) => {
      if (metadata === null || metadata.sizeBytes <= 0) return [];
      const used = toPercent(metadata.usedBytes / metadata.sizeBytes);
      return [
        {
          rule: 'metadata-full',
          subject: key,
          stands: standOf({ figure: used, mark: alertMetadata, lower: alertMetadata - LOWER_POINTS }),
          severity: used >= Math.min(alertMetadata + CRITICAL_POINTS, 99) ? 'critical' : 'warning',
          sentence: `The metadata of ${key} (${formatBytes(metadata.sizeBytes)}) are ${formatPercent(used)} full; without room for them it stops, whatever room its data has.`,
          hint: `lvextend --poolmetadatasize +${formatExtension(metadata.sizeBytes)} ${quote(key)}`,
          values: { metadataUsedPercent: used, metadataSizeBytes: metadata.sizeBytes },
          badness: { level: used, step: LOWER_POINTS },
        },
      ];
    }),
  timing: () => ({ startAfterMs: 10 * MINUTE_MS, endAfterMs: 10 * MINUTE_MS }),
};

/** Half as much again, in MiB: at least what one extent of LVM holds by default. */
function formatExtension(sizeBytes: number): string {
  return `${Math.max(4, Math.ceil(sizeBytes / 2 / 1024 ** 2 / 4) * 4)}M`;
}
