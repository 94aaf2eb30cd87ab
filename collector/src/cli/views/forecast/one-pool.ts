import { formatBytes } from '@trimtab/protocol/shared';
import type { Day, Forecast } from '../../../model/forecast.ts';
import type {
  AfterTrims,
  ForesightDetail,
  ForesightView,
  PoolForesight,
  StorageAnswer,
} from '../../../model/foresight.ts';
import { wrap } from '../../wrap.ts';
import { formatFindings } from '../findings.ts';
import type { Page } from '../page.ts';
import { styleOf, tellUnsampled } from './all-pools.ts';
import { formatChart, type Strokes } from './chart.ts';
import { formatGrowers } from './growers.ts';
import { formatChance, formatDays, formatWhenBetween, nameOf, tellForecast } from './tell-forecast.ts';

/** One pool: when it is full, how that looks, what changes it, who fills it, and how bad it could be. */
export function formatPoolForecast(
  { pools, unsampled, findings }: ForesightView,
  { page, strokes }: { page: Page; strokes: Strokes },
): string {
  const found = formatFindings(findings, page);
  if (pools.length === 0) {
    const text = tellUnsampled({ unsampled, findings });
    return `${[...wrap({ text, width: page.width, rest: '  ' }), ...found].join('\n')}\n`;
  }
  const sections = pools.flatMap((one) => formatOne(one, { page, strokes }));
  const lines = sections.flatMap((section, index) => (index === 0 ? section : ['', ...section]));
  return `${[...lines, ...found].join('\n')}\n`;
}

function formatOne(one: PoolForesight, { page, strokes }: { page: Page; strokes: Strokes }): string[][] {
  const { width, paint } = page;
  const { asItGoes, sizeBytes, detail } = one;
  const sentence = wrap({ text: tellForecast(nameOf(one), asItGoes), width, rest: '  ' });
  const head = [
    ...sentence.map((line) => paint(styleOf(one) ?? 'heading', line)),
    ...wrap({ text: tellState(one), width, rest: '  ' }),
    ...tellChances(asItGoes),
  ];
  if (detail === null) return [head];
  const chart = formatChart({ levels: detail.levels, capacity: sizeBytes, forecast: asItGoes }, { page, strokes });
  return [
    head,
    chart,
    formatOthers({ one, detail }, page),
    ...(detail.growers === null ? [] : [formatGrowers(detail.growers, { pool: one.pool, page })]),
    ...(detail.worst === null ? [] : [formatWorst({ worst: detail.worst, likely: asItGoes.median }, page)]),
  ].filter((lines) => lines.length > 0);
}

function tellState({ sizeBytes, usedBytes, since, asItGoes: { growthPerDay, lastShift } }: PoolForesight): string {
  const free = `${formatBytes(sizeBytes - usedBytes)} of ${formatBytes(sizeBytes)} are free.`;
  const growth = growthPerDay === null ? '' : ` It ${tellGrowth(growthPerDay)}.`;
  const shift = lastShift === null ? '' : ` It jumped on ${lastShift}, which counts as no growth.`;
  return `${free}${growth}${shift} Known since ${since}.`;
}

function tellChances({ within }: Forecast): string[] {
  if (within === null) return [];
  const chances = (['7', '30', '90'] as const).map((days) => `${days} days: ${formatChance(within[days])}`);
  return [`Full within ${chances.join(', ')}.`];
}

function tellGrowth(bytesPerDay: number): string {
  if (bytesPerDay === 0) return 'stays as it is';
  const verb = bytesPerDay > 0 ? 'grows' : 'shrinks';
  return `${verb} by ${formatBytes(Math.abs(bytesPerDay))} a day`;
}

/** When it is full if something else is done than what is done now. */
function formatOthers({ one, detail }: { one: PoolForesight; detail: ForesightDetail }, page: Page): string[] {
  const { withTrims, afterFixes, answer } = detail;
  const lines: (readonly [string, Forecast])[] = [];
  if (one.withoutTrims !== null) lines.push(['no more trims', one.withoutTrims]);
  if (withTrims !== null) lines.push([tellTrims('trims from now on', withTrims), withTrims.forecast]);
  if (afterFixes !== null) lines.push([tellTrims('and what doctor fixes', afterFixes), afterFixes.forecast]);
  const others =
    lines.length === 0
      ? []
      : formatLines([['as it goes', one.asItGoes], ...lines], page).concat(
          withTrims === null && afterFixes === null ? [] : formatNote(ESTIMATE, page),
        );
  if (answer === null) return others;
  const text = tellAnswer(answer);
  return [...wrap({ text, width: page.width, rest: '  ' }), ...(others.length === 0 ? [] : ['', ...others])];
}

function tellTrims(what: string, { comesBackBytes }: AfterTrims): string {
  return `${what} (${formatBytes(comesBackBytes)})`;
}

const ESTIMATE =
  'In brackets what would come back at once: the allocation of images above what the filesystems on them use, as far as guests tell it. An estimate.';

function formatLines(lines: readonly (readonly [string, Forecast])[], page: Page): string[] {
  const whatWidth = Math.max(...lines.map(([what]) => what.length));
  return [
    page.paint('heading', 'Full about'),
    ...lines.flatMap(([what, forecast]) =>
      wrap({
        text: formatWhenBetween(forecast),
        width: page.width,
        first: `  ${what.padEnd(whatWidth)}  `,
        rest: ' '.repeat(whatWidth + 4),
      }),
    ),
  ];
}

function formatNote(text: string, { width, paint }: Page): string[] {
  return wrap({ text, width, first: '  ', rest: '  ' }).map((line) => paint('quiet', line));
}

function tellAnswer({ addBytes, without, goesBytes, forecast, laterDays }: StorageAnswer): string {
  const added = addBytes === 0 ? [] : [`with ${formatBytes(addBytes)} more`];
  const gone = without === null ? [] : [`without ${without} (its images hold ${formatBytes(goesBytes)})`];
  const what = [...added, ...gone].join(' and ');
  const when = tellForecast('it', forecast)
    .replace(/\.$/, '')
    .replace(/^Of it/, 'of it');
  const moved = laterDays === null || forecast.kind !== 'date' ? '' : `, ${tellMoved(laterDays)}`;
  return `${what.slice(0, 1).toUpperCase()}${what.slice(1)}: ${when}${moved}.`;
}

function tellMoved(laterDays: number): string {
  if (laterDays === 0) return 'no later';
  return laterDays > 0 ? `${formatDays(laterDays)} later` : `${formatDays(-laterDays)} sooner`;
}

function formatWorst(
  {
    worst: { overcommit, ifAllFilled },
    likely,
  }: { readonly worst: NonNullable<ForesightDetail['worst']>; readonly likely: Day | null },
  page: Page,
): string[] {
  const { day, growthPerDay, known, images } = ifAllFilled;
  const committed =
    overcommit === null ? '' : `The images may grow to ${overcommit.toFixed(1)} times the size of the pool. `;
  const when =
    known === 0
      ? 'How fast the guests write is not known yet.'
      : day === null
        ? 'If every guest goes on writing as on its fastest day of two weeks, they alone never fill it.'
        : `If every guest goes on writing as on its fastest day of two weeks (${formatBytes(growthPerDay)}) and nothing is trimmed, it is full on ${day}.`;
  // What fills it then is not what the guests write.
  const sooner =
    known === 0 || likely === null || (day !== null && day <= likely)
      ? ''
      : ` With all else that it holds it is likely full sooner, about ${likely}.`;
  const basis =
    known === 0
      ? ''
      : ` An estimate, by the growth of ${known === images ? `${images} ${images === 1 ? 'image' : 'images'}` : `${known} of ${images} images`} or of the filesystems on them.`;
  return [
    page.paint('heading', 'Worst case'),
    ...wrap({ text: `${committed}${when}${sooner}${basis}`, width: page.width, first: '  ', rest: '  ' }),
  ];
}
