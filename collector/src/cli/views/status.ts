import type { SourceState } from '../../model/domain.ts';
import type { Forecast } from '../../model/forecast.ts';
import type { ImageRow, StatusView } from '../../model/status.ts';
import { wrap } from '../wrap.ts';
import { formatFindings } from './findings.ts';
import { tellForecast } from './forecast/tell-forecast.ts';
import { formatAgo, formatInstant } from './format-time.ts';
import { formatImages } from './images.ts';
import type { Page } from './page.ts';
import { formatPool } from './pool.ts';
import { formatUnclaimed } from './unclaimed.ts';

/** What stores the guests' disks: each pool with its images, who told of the guests, then what was found amiss. */
export function formatStatus(status: StatusView, page: Page): string {
  const known = new Set(status.pools.map(({ key }) => key));
  const homeless = status.images.filter(({ pool }) => pool === null || !known.has(pool));
  const sections = [
    ...status.pools.map((pool) => [
      ...formatPool(pool, page),
      ...formatFull(status.forecasts.find((one) => one.pool === pool.key)?.forecast ?? null, page),
      ...formatImages({ images: status.images.filter((image) => image.pool === pool.key), pool: pool.key }, page),
      ...formatUnclaimed(
        status.unclaimed.filter((image) => image.pool === pool.key),
        page,
      ),
    ]),
    ...(homeless.length === 0 ? [] : [formatHomeless(homeless, page)]),
  ];
  const empty = wrap({
    text: 'No image found: no QEMU guest runs here, no loop device is attached, and the configuration lists no [[guest]].',
    width: page.width,
  });
  const body =
    sections.length === 0 ? empty : sections.flatMap((lines, index) => (index === 0 ? lines : ['', ...lines]));
  const lines = [
    ...formatAlerts(status, page),
    ...formatAge(status, page),
    ...body,
    ...formatSources(status, page),
    ...formatFindings(status.findings, page),
  ];
  return `${lines.join('\n')}\n`;
}

/** What is younger is called the present. */
const PRESENT_MS = 5_000;

/** Nothing of what was looked at for this answer. */
function formatAge({ takenAt, surveyedAt, askedAt }: StatusView, { width, paint }: Page): string[] {
  const [levelsMs, hostMs] = [takenAt, surveyedAt].map((iso) => Date.parse(askedAt) - Date.parse(iso));
  if (levelsMs === undefined || hostMs === undefined || Math.max(levelsMs, hostMs) < PRESENT_MS) return [];
  const host = hostMs - levelsMs < PRESENT_MS ? '' : `; which guests and images there are, of ${formatAgo(hostMs)}`;
  const text = `As of ${formatAgo(levelsMs)}${host}. \`trimtab status --now\` looks anew.`;
  return [...wrap({ text, width }).map((line) => paint('quiet', line)), ''];
}

/** One line, and where to read on. */
function formatAlerts({ firingAlerts }: StatusView, { paint }: Page): string[] {
  if (firingAlerts === 0) return [];
  const count = firingAlerts === 1 ? '1 alert' : `${firingAlerts} alerts`;
  return [paint('bad', `${count}: trimtab alerts`), ''];
}

/** Only where there is a day. */
function formatFull(forecast: Forecast | null, { width }: Page): string[] {
  if (forecast?.kind !== 'date') return [];
  return wrap({ text: tellForecast('it', forecast).replace(/^it is (.*)\.$/, '$1'), width, first: '  ', rest: '    ' });
}

function formatHomeless(images: readonly ImageRow[], page: Page): string[] {
  return [page.paint('heading', 'in no pool that this host can see'), ...formatImages({ images, pool: null }, page)];
}

/** An answer that is older than this was given to an earlier question. */
const STALE_MS = 10_000;

function formatSources({ sources, surveyedAt }: StatusView, { width, paint, timeZone }: Page): string[] {
  if (sources.length === 0) return [];
  const nameWidth = Math.max(...sources.map(({ source }) => source.length));
  const lines = sources.flatMap((state) =>
    // Whole: what a source that fails says of it comes last.
    wrap({
      text: describe(state, { surveyedAtMs: Date.parse(surveyedAt), timeZone }),
      width,
      first: `  ${state.source.padEnd(nameWidth)}  `,
      rest: ' '.repeat(nameWidth + 4),
    }).map((line) => paint(state.used ? null : 'quiet', line)),
  );
  return ['', paint('heading', 'Sources'), ...lines];
}

function describe(
  { sentence, answeredAt }: SourceState,
  { surveyedAtMs, timeZone }: { surveyedAtMs: number; timeZone: string },
): string {
  if (answeredAt === null || surveyedAtMs - answeredAt < STALE_MS) return sentence;
  return `as of ${formatInstant({ iso: new Date(answeredAt).toISOString(), timeZone })}: ${sentence}`;
}
