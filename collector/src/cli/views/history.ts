import { formatBytes } from '@trimtab/protocol/shared';
import type { Verdict } from '../../model/trim-result.ts';
import type { TrimSummary } from '../../model/trim-summary.ts';
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
export function formatHistory(trims: readonly TrimSummary[], { width, paint, timeZone }: Page): string {
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
    formatBytes(trim.trimmedBytes),
    formatBytes(trim.reclaimedBytes),
    formatVerdicts(trim.verdicts),
  ]);
  return `${formatTable({ columns, rows, width, paint }).join('\n')}\n`;
}

/** The worst first: it must be seen where the column is cut. */
function formatVerdicts(verdicts: TrimSummary['verdicts']): Cell {
  const sorted = verdicts.toSorted((left, right) => badness(right) - badness(left));
  const texts = sorted.map(({ verdict, lostAt }) => (lostAt === null ? verdict : `${verdict} at ${lostAt}`));
  const [worst] = sorted;
  return {
    text: texts.join(', ') || '-',
    style: worst === undefined ? null : VERDICT_STYLE[worst.verdict],
  };
}

const BADNESS: readonly (Style | null)[] = [null, 'good', 'unsure', 'bad'];

function badness({ verdict }: TrimSummary['verdicts'][number]): number {
  return BADNESS.indexOf(VERDICT_STYLE[verdict]);
}
