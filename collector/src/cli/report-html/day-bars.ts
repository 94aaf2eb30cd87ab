import { formatBytes } from '@trimtab/protocol/shared';
import type { ReportSums } from '../views/report-sums.ts';
import { escapeHtml } from './markup.ts';

const [WIDTH, HEIGHT, BELOW] = [720, 160, 18];
const DAY_MS = 24 * 3_600_000;

/** A bar for each day of a stretch: what came back on it. Days without a trim have none. */
export function drawDayBars({
  days,
  since,
  until,
}: {
  readonly days: ReportSums['days'];
  /** UTC, ISO 8601. */
  readonly since: string;
  readonly until: string;
}): string {
  const first = Math.floor(Date.parse(since) / DAY_MS);
  const count = Math.floor((Date.parse(until) - 1) / DAY_MS) - first + 1;
  const most = Math.max(1, ...days.map(({ reclaimed }) => reclaimed.bytes));
  const step = WIDTH / count;
  const bars = days.map(({ day, trims, reclaimed }) => {
    const at = Date.parse(`${day}T00:00:00Z`) / DAY_MS - first;
    // One that gave nothing back is seen to have been there.
    const height = Math.max(1, (Math.max(0, reclaimed.bytes) / most) * (HEIGHT - BELOW - 4));
    const title = `${day}: ${formatBytes(reclaimed.bytes)}, ${trims} trims`;
    return `<rect class="bar" x="${(at * step + step * 0.1).toFixed(1)}" y="${(HEIGHT - BELOW - height).toFixed(1)}" width="${(step * 0.8).toFixed(1)}" height="${height.toFixed(1)}"><title>${escapeHtml(title)}</title></rect>`;
  });
  const days0 = [first, first + count - 1].map((day) => new Date(day * DAY_MS).toISOString().slice(0, 10));
  return `<svg viewBox="0 0 ${WIDTH} ${HEIGHT}" role="img" aria-label="What came back, by day">
<line class="axis" x1="0" x2="${WIDTH}" y1="${HEIGHT - BELOW}" y2="${HEIGHT - BELOW}"/>
${bars.join('\n')}
<text x="0" y="${HEIGHT - 4}">${days0[0]}</text><text x="${WIDTH}" y="${HEIGHT - 4}" text-anchor="end">${days0[1]}</text>
<text x="0" y="12">${escapeHtml(formatBytes(most))}</text>
</svg>`;
}
