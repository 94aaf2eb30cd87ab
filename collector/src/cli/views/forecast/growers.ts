import type { Grower, Growers } from '../../../model/foresight.ts';
import { type Cell, type Column, formatTable } from '../../table.ts';
import type { Page } from '../page.ts';
import { formatChance, formatGrowth } from './tell-forecast.ts';

const COLUMNS: readonly Column[] = [
  { heading: 'IMAGE', shrink: 'start', least: 20 },
  { heading: 'GUEST', shrink: 'end' },
  { heading: 'GROWS/DAY', align: 'right' },
  { heading: 'OF ALL GROWTH', align: 'right' },
];

/** Who filled the pool. */
export function formatGrowers(
  { days, rows }: Growers,
  { pool, page: { width, paint } }: { pool: string; page: Page },
): string[] {
  const cells = rows.map((row): Cell[] => [
    tellWhat(row, pool),
    `${row.guest ?? (row.kind === 'image' ? 'several' : '-')}`,
    formatGrowth(row.growthPerDay),
    formatChance(row.share),
  ]);
  const heading = days === 1 ? 'Who fills it (over the last day)' : `Who fills it (over the last ${days} days)`;
  return [paint('heading', heading), ...formatTable({ columns: COLUMNS, rows: cells, width, indent: '  ', paint })];
}

/** Below the mount point of the pool, which need not be said again. */
function tellWhat({ kind, image, isNew }: Grower, pool: string): string {
  switch (kind) {
    case 'image':
      return `${image?.startsWith(`${pool}/`) === true ? image.slice(pool.length + 1) : image}${isNew ? ' (new)' : ''}`;
    case 'other-images':
      return 'the other images';
    case 'other-files':
      return 'all else';
  }
}
