import { formatBytes } from '@trimtab/protocol/shared';
import type { ReportPool } from '../../model/report.ts';
import { escapeHtml } from './markup.ts';

const [WIDTH, HEIGHT, BELOW, ABOVE] = [720, 180, 18, 16];

/** What is used of a pool, over time, with the line at which it is full. */
export function drawLevelLine({ pool, points: known }: ReportPool): string {
  const [first] = known;
  if (first === undefined) return '';
  // A line has two ends, also where one level is known.
  const points = known.length === 1 ? [first, { ...first, at: first.at + 1 }] : known;
  const last = points.at(-1) ?? first;
  const top = Math.max(1, ...points.map(({ mostBytes, limitBytes }) => Math.max(mostBytes, limitBytes ?? 0)));
  const lengthMs = Math.max(1, last.at - first.at);
  const x = (at: number) => (((at - first.at) / lengthMs) * WIDTH).toFixed(1);
  const y = (bytes: number) => (ABOVE + (1 - bytes / top) * (HEIGHT - BELOW - ABOVE)).toFixed(1);
  const line = points.map(({ at, levelBytes }) => `${x(at)},${y(levelBytes)}`).join(' ');
  const limits = points.flatMap(({ at, limitBytes }) => (limitBytes === null ? [] : `${x(at)},${y(limitBytes)}`));
  const [from, to] = [first.at, last.at].map((at) => new Date(at).toISOString().slice(0, 10));
  const title = `${pool}: ${formatBytes(last.levelBytes)} used${last.limitBytes === null ? '' : ` of ${formatBytes(last.limitBytes)}`}`;
  return `<svg viewBox="0 0 ${WIDTH} ${HEIGHT}" role="img" aria-label="${escapeHtml(title)}">
<line class="axis" x1="0" x2="${WIDTH}" y1="${HEIGHT - BELOW}" y2="${HEIGHT - BELOW}"/>
<polyline class="limit" points="${limits.join(' ')}"/>
<polyline class="level" points="${line}"/>
<text x="0" y="${HEIGHT - 4}">${from}</text><text x="${WIDTH}" y="${HEIGHT - 4}" text-anchor="end">${to}</text>
<text x="0" y="12">${escapeHtml(limits.length === 0 ? formatBytes(top) : `${formatBytes(top)}; dashed: its size`)}</text>
</svg>`;
}
