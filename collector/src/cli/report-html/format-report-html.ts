import { formatBytes } from '@trimtab/protocol/shared';
import type { ForecastRecord, ReportLoss, ReportView, ToldSum } from '../../model/report.ts';
import { nameInTable } from '../views/forecast/all-pools.ts';
import { formatWhen } from '../views/forecast/tell-forecast.ts';
import { formatInstant } from '../views/format-time.ts';
import type { Page } from '../views/page.ts';
import { toPoolEnds } from '../views/pool-ends.ts';
import { formatChange } from '../views/report.ts';
import { type GuestSum, sumUp } from '../views/report-sums.ts';
import { drawDayBars } from './day-bars.ts';
import { drawLevelLine } from './level-line.ts';
import { escapeHtml } from './markup.ts';
import { STYLE } from './style.ts';

/** One file that needs no network, no script and nothing beside it. */
export function formatReportHtml(view: ReportView, { timeZone }: Pick<Page, 'timeZone'>): string {
  const [since, until] = [view.since, view.until].map((iso) => escapeHtml(formatInstant({ iso, timeZone })));
  const sums = sumUp(view.rows);
  return `<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<meta http-equiv="Content-Security-Policy" content="default-src 'none'; style-src 'unsafe-inline'">
<title>Trimtab: what trims gave back</title>
<style>${STYLE}</style>
</head>
<body>
<h1>What trims gave back</h1>
<p class="quiet">${since} to ${until}</p>
<div class="sums">
${tellSum({ name: 'came back to the host', sum: sums.reclaimed })}
${tellSum({ name: 'trimmed, as the guests said', sum: sums.trimmed })}
<p><b>${sums.trims}</b>trims of ${sums.guests.length} guests</p>
</div>
${sums.trims === 0 ? '<p>No trim began in that time.</p>' : `<h2>Came back, by day (UTC)</h2>\n${drawDayBars({ days: sums.days, since: view.since, until: view.until })}`}
${tellLosses(view.losses)}
${view.pools.map((pool) => `<h2>${escapeHtml(pool.pool)}</h2>\n${tellPool(pool, view)}\n${drawLevelLine(pool)}`).join('\n')}
${tellForecasts(view.forecasts)}
${tellGuests(sums.guests)}
<h2>Still to be had, estimated</h2>
${tellRest(view)}
</body>
</html>
`;
}

function tellSum({ name, sum: { bytes, untold } }: { readonly name: string; readonly sum: ToldSum }): string {
  const note =
    untold === 0 ? '' : `<br><span class="quiet">${untold === 1 ? 'one trim' : `${untold} trims`} did not tell</span>`;
  return `<p><b>${escapeHtml(formatBytes(bytes))}</b>${name}${note}</p>`;
}

function tellLosses(losses: readonly ReportLoss[]): string {
  if (losses.length === 0) return '';
  const rows = losses.map(({ verdict, hop, cause, disks, guests }) => {
    const where = hop === null ? verdict : `${verdict} at ${hop}`;
    return `<tr><td>${escapeHtml(where)}</td><td>${escapeHtml(cause ?? 'unknown')}</td><td class="n">${disks}</td><td class="name">${escapeHtml(guests.join(', '))}</td></tr>`;
  });
  return `<h2>Where nothing came back</h2>
<table><tr><th>Verdict</th><th>Cause</th><th class="n">Disks</th><th>Guests</th></tr>
${rows.join('\n')}
</table>
<p class="quiet">trimtab doctor has the fixes; docs/causes.md explains each cause.</p>`;
}

function tellPool(pool: ReportView['pools'][number], view: ReportView): string {
  const ends = toPoolEnds(pool, view);
  if (ends === null) return '';
  const { last, before, goneSince } = ends;
  const of = last.limitBytes === null ? '' : ` of ${formatBytes(last.limitBytes)}`;
  const then = before === null ? '' : `${formatBytes(before.levelBytes)} on ${before.day}, `;
  const when = goneSince === null ? 'now' : `on ${goneSince}, and nothing is known since`;
  return `<p>Used: ${escapeHtml(`${then}${formatBytes(last.levelBytes)}${of} ${when}`)}</p>`;
}

function tellForecasts(forecasts: readonly ForecastRecord[]): string {
  if (forecasts.length === 0) return '';
  const rows = forecasts.map((record) => {
    const { foreseenOn, first, last, foretoldBytes, grewBytes } = record;
    const foretold = foretoldBytes === null ? '–' : formatChange(foretoldBytes);
    const cells = [foreseenOn, formatWhen(first), formatWhen(last)]
      .map((text) => `<td>${escapeHtml(text)}</td>`)
      .join('');
    return `<tr><td class="name">${escapeHtml(nameInTable(record))}</td>${cells}<td class="n">${escapeHtml(foretold)}</td><td class="n">${escapeHtml(formatChange(grewBytes))}</td></tr>`;
  });
  return `<h2>How forecasts did</h2>
<table><tr><th>Pool</th><th>On</th><th>Full, then</th><th>Full, now</th><th class="n">Foretold</th><th class="n">Grew</th></tr>
${rows.join('\n')}
</table>`;
}

function tellGuests(guests: readonly GuestSum[]): string {
  if (guests.length === 0) return '';
  const rows = guests.map(
    ({ guest, trims, trimmed, reclaimed }) =>
      `<tr><td class="name">${escapeHtml(guest)}</td><td class="n">${trims}</td><td class="n">${tellCell(trimmed, trims)}</td><td class="n">${tellCell(reclaimed, trims)}</td></tr>`,
  );
  return `<h2>Guests</h2>
<table><tr><th>Guest</th><th class="n">Trims</th><th class="n">Trimmed</th><th class="n">Came back</th></tr>
${rows.join('\n')}
</table>`;
}

function tellCell({ bytes, untold }: ToldSum, trims: number): string {
  return untold === trims ? '–' : escapeHtml(formatBytes(bytes));
}

function tellRest({ stillToBeHad: { nowBytes, afterFixesBytes, unknownDisks } }: ReportView): string {
  const unknown =
    unknownDisks === 0
      ? ''
      : `<p class="quiet">${unknownDisks === 1 ? 'One disk' : `${unknownDisks} disks`} cannot be estimated.</p>`;
  if (nowBytes === null) return `<p>Nobody can tell yet.</p>${unknown}`;
  return `<p>${escapeHtml(formatBytes(nowBytes))} by trimming now, ${escapeHtml(formatBytes(afterFixesBytes))} after the fixes that trimtab doctor names.</p>${unknown}`;
}
