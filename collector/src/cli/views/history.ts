import { formatBytes } from '@trimtab/protocol/shared';
import type { DiskResult, TrimResult, Verdict } from '../../model/trim-result.ts';
import type { Style } from '../paint.ts';
import { type Cell, type Column, formatTable } from '../table.ts';
import { formatInstants } from './format-time.ts';
import type { Page } from './page.ts';

const COLUMNS: readonly Column[] = [
  { heading: 'ID' },
  { heading: 'GUEST', shrink: 'end' },
  { heading: 'TRIMMED', align: 'right' },
  { heading: 'RECLAIMED', align: 'right' },
  { heading: 'VERDICT', shrink: 'end', least: 'nothing-to-reclaim'.length },
];

/** So much of an id, and `trimtab history` finds the trim. */
const ID_SHOWN = 8;

export const VERDICT_STYLE: Readonly<Record<Verdict, Style | null>> = {
  reclaimed: 'good',
  'nothing-to-reclaim': null,
  lost: 'bad',
  held: 'bad',
  stale: 'unsure',
  unmeasurable: 'unsure',
  inconclusive: 'unsure',
  failed: 'bad',
  cancelled: 'unsure',
};

/** One line a trim, as they come: newest first. */
export function formatHistory(trims: readonly TrimResult[], { width, paint, timeZone }: Page): string {
  if (trims.length === 0) return 'No trim is stored yet. Ask for one: trimtab trim GUEST\n';
  const { texts, offset } = formatInstants(
    trims.map(({ startedAt }) => startedAt),
    timeZone,
  );
  const columns = [{ heading: offset === null ? 'TIME' : `TIME (${offset})` }, ...COLUMNS];
  const rows = trims.map((trim, index): Cell[] => [
    texts[index] ?? '',
    trim.id.slice(0, ID_SHOWN),
    trim.guest,
    formatBytes(sumTrimmed(trim)),
    formatBytes(sumReclaimed(trim.disks)),
    formatVerdicts(trim.disks),
  ]);
  return `${formatTable({ columns, rows, width, paint }).join('\n')}\n`;
}

/** What the filesystems say they trimmed; null if none did. */
export function sumTrimmed(trim: TrimResult): number | null {
  const trimmed = trim.filesystems.flatMap(({ outcome }) => (outcome.status === 'done' ? [outcome.trimmedBytes] : []));
  return trimmed.length === 0 ? null : trimmed.reduce((sum, bytes) => sum + bytes, 0);
}

/** Null as soon as one disk of the trim is not measurable: part of a sum is not the sum. */
function sumReclaimed(disks: readonly DiskResult[]): number | null {
  if (disks.length === 0) return null;
  let sum = 0;
  for (const { hops } of disks) {
    if (hops.reclaimedBytes === null) return null;
    sum += hops.reclaimedBytes;
  }
  return sum;
}

/** The worst first: it must be seen where the column is cut. */
function formatVerdicts(disks: readonly DiskResult[]): Cell {
  const sorted = disks.toSorted((left, right) => badness(right) - badness(left));
  const texts = sorted.map(({ verdict, lostAt }) => (lostAt === null ? verdict : `${verdict} at ${lostAt}`));
  const [worst] = sorted;
  return {
    text: [...new Set(texts)].join(', ') || '-',
    style: worst === undefined ? null : VERDICT_STYLE[worst.verdict],
  };
}

const BADNESS: readonly (Style | null)[] = [null, 'good', 'unsure', 'bad'];

function badness({ verdict }: DiskResult): number {
  return BADNESS.indexOf(VERDICT_STYLE[verdict]);
}
