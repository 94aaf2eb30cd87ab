import { formatBytes } from '@trimtab/protocol/shared';
import type { ForecastRecord, ReportLoss, ReportView, ToldSum } from '../../model/report.ts';
import { type Cell, type Column, formatTable } from '../table.ts';
import { wrap } from '../wrap.ts';
import { nameInTable } from './forecast/all-pools.ts';
import { formatWhen } from './forecast/tell-forecast.ts';
import { formatInstant } from './format-time.ts';
import { VERDICT_STYLE } from './history.ts';
import type { Page } from './page.ts';
import { toPoolEnds } from './pool-ends.ts';
import { type GuestSum, sumUp } from './report-sums.ts';

const GUESTS_SHOWN = 10;

const GUEST_COLUMNS: readonly Column[] = [
  { heading: 'GUEST', shrink: 'end' },
  { heading: 'TRIMS', align: 'right' },
  { heading: 'TRIMMED', align: 'right' },
  { heading: 'CAME BACK', align: 'right' },
];

/** What came back first, then where it did not, then what is still to be had. */
export function formatReport(view: ReportView, page: Page): string {
  const { timeZone } = page;
  const [since, until] = [view.since, view.until].map((iso) => formatInstant({ iso, timeZone }));
  const sums = sumUp(view.rows);
  const lines = [
    page.paint('heading', `From ${since} to ${until}`),
    ...(sums.trims === 0
      ? ['No trim began in that time.']
      : [...tellSums(sums, page), '', ...formatGuests(sums.guests, page), ...formatLosses(view.losses, page)]),
    ...formatPools(view, page),
    ...formatForecastRecords(view.forecasts, page),
    '',
    ...tellRest(view, page),
  ];
  return `${lines.join('\n')}\n`;
}

function tellSums({ trims, reclaimed, trimmed, guests }: ReturnType<typeof sumUp>, { width }: Page): string[] {
  const whose = guests.length === 1 ? 'one guest' : `${guests.length} guests`;
  const text = `${trims === 1 ? 'One trim' : `${trims} trims`} of ${whose}: the host got ${tellSum(reclaimed)} back; the guests said that they trimmed ${tellSum(trimmed)}.`;
  return wrap({ text, width, first: '', rest: '' });
}

function tellSum({ bytes, untold }: ToldSum): string {
  return untold === 0 ? formatBytes(bytes) : `${formatBytes(bytes)} (${untold} not told)`;
}

function formatGuests(guests: readonly GuestSum[], { width, paint }: Page): string[] {
  const rows = guests
    .slice(0, GUESTS_SHOWN)
    .map(({ guest, trims, trimmed, reclaimed }): Cell[] => [
      guest,
      String(trims),
      trimmed.untold === trims ? '-' : formatBytes(trimmed.bytes),
      reclaimed.untold === trims ? '-' : formatBytes(reclaimed.bytes),
    ]);
  const more = guests.length - rows.length;
  return [
    ...formatTable({ columns: GUEST_COLUMNS, rows, width, paint }),
    ...(more > 0 ? [`and ${more} more: --format csv has all of them`] : []),
  ];
}

function formatLosses(losses: readonly ReportLoss[], { width, paint }: Page): string[] {
  if (losses.length === 0) return [];
  const told = losses.flatMap(({ verdict, hop, cause, disks, guests }) => {
    const where = hop === null ? verdict : `${verdict} at ${hop}`;
    const why = cause === null ? 'cause unknown' : cause;
    const [first = '', ...others] = guests;
    const whose = others.length === 0 ? first : `${first} and ${others.length} more`;
    const text = `${paint(VERDICT_STYLE[verdict], where)}: ${why}, ${disks === 1 ? 'once' : `${disks} times`} (${whose})`;
    return wrap({ text, width, first: '  ', rest: '    ' });
  });
  return ['', paint('heading', 'Where nothing came back'), ...told, '  trimtab doctor has the fixes.'];
}

/** How each pool went from the first level that is known of it to the last. */
function formatPools(view: ReportView, { width, paint }: Page): string[] {
  const rows = view.pools.flatMap((pool): Cell[][] => {
    const ends = toPoolEnds(pool, view);
    if (ends === null) return [];
    const { last, before, goneSince } = ends;
    const name = goneSince === null ? pool.pool : `${pool.pool} (until ${goneSince})`;
    const then = before === null ? ['-', '-'] : [before.day, formatBytes(before.levelBytes)];
    const change = before === null ? '-' : formatChange(before.changeBytes);
    return [[name, ...then, formatBytes(last.levelBytes), change, formatBytes(last.limitBytes)]];
  });
  if (rows.length === 0) return [];
  const columns: readonly Column[] = [
    { heading: 'POOL', shrink: 'start' },
    { heading: 'THEN' },
    { heading: 'USED THEN', align: 'right' },
    { heading: 'USED LAST', align: 'right' },
    { heading: 'CHANGE', align: 'right' },
    { heading: 'SIZE', align: 'right' },
  ];
  return ['', ...formatTable({ columns, rows, width, paint })];
}

/** What was foreseen at the beginning, and what came. */
function formatForecastRecords(forecasts: readonly ForecastRecord[], { width, paint }: Page): string[] {
  if (forecasts.length === 0) return [];
  const rows = forecasts.map((record): Cell[] => [
    nameInTable(record),
    record.foreseenOn,
    formatWhen(record.first),
    formatWhen(record.last),
    record.foretoldBytes === null ? '-' : formatChange(record.foretoldBytes),
    formatChange(record.grewBytes),
  ]);
  return ['', paint('heading', 'How forecasts did'), ...formatTable({ columns: RECORD_COLUMNS, rows, width, paint })];
}

const RECORD_COLUMNS: readonly Column[] = [
  { heading: 'POOL', shrink: 'start', least: 8 },
  { heading: 'ON' },
  { heading: 'FULL, THEN' },
  { heading: 'FULL, NOW' },
  { heading: 'FORETOLD', align: 'right' },
  { heading: 'GREW', align: 'right' },
];

/** With its sign. */
export function formatChange(bytes: number): string {
  return `${bytes < 0 ? '-' : '+'}${formatBytes(Math.abs(Math.round(bytes)))}`;
}

function tellRest(
  { stillToBeHad: { nowBytes, afterFixesBytes, unknownDisks } }: ReportView,
  { width }: Page,
): string[] {
  const unknown =
    unknownDisks === 0 ? '' : ` ${unknownDisks === 1 ? 'One disk' : `${unknownDisks} disks`} cannot be estimated.`;
  const text =
    nowBytes === null
      ? `How much could still come back cannot be estimated.${unknown}`
      : `Still to be had, estimated: ${formatBytes(nowBytes)} by trimming now, ${formatBytes(afterFixesBytes)} after the fixes that trimtab doctor names.${unknown}`;
  return wrap({ text, width, first: '', rest: '' });
}
