import { toDayNumber } from '../../model/day.ts';
import { type Day, FORECAST_DAYS, type Forecast, type SeriesForecast } from '../../model/forecast.ts';
import { wrap } from '../wrap.ts';
import type { Page } from './page.ts';

/** What is foreseen, in sentences, and below them what it rests on. */
export function formatForecast(forecast: Forecast, { width, paint }: Page): string {
  const said = [tellKind(forecast), ...tellWithin(forecast)].join(' ');
  const basis = tellBasis(forecast);
  return [
    ...wrap({ text: said, width }),
    ...(basis === '' ? [] : wrap({ text: basis, width }).map((line) => paint('quiet', line))),
    '',
  ].join('\n');
}

/** With how far the day that it is told for is from what the file has. */
export function formatSeriesForecast({ forecast, first, last }: SeriesForecast, page: Page): string {
  const { at } = forecast;
  const note =
    at > last
      ? `The last row is of ${formatDay(last)}: what came between is not known, and it is foreseen as if nothing had.`
      : at < first
        ? `The first row is of ${formatDay(first)}, which is later.`
        : null;
  return (
    formatForecast(forecast, page) + (note === null ? '' : `${wrap({ text: note, width: page.width }).join('\n')}\n`)
  );
}

function tellKind(forecast: Forecast): string {
  const { at, kind, needsDays, fullBetween } = forecast;
  switch (kind) {
    case 'full':
      return `It is full on ${formatDay(at)}.`;
    case 'date':
      return tellDays(forecast);
    case 'beyond-2-years':
      return `${forecast.growthPerDay !== null && forecast.growthPerDay <= 0 ? 'Between its jumps it does not grow; with them it is' : 'It grows, and is'} most likely full in more than two years.${fullBetween === null ? '' : ` ${tellDays(forecast)}`}`;
    case 'fluctuating':
      return 'It goes up and down by more than it grows.';
    case 'not-growing':
      return 'It does not grow.';
    case 'not-enough-data':
      return `Not enough data yet: it needs ${needsDays} more ${needsDays === 1 ? 'day' : 'days'}.`;
  }
}

function tellDays({ at, fullBetween, median }: Forecast): string {
  const around = median === null ? '' : `, most likely around ${formatDay(median)}`;
  const [from, to] = fullBetween ?? [at, at];
  if (toDayNumber(to) - toDayNumber(at) >= FORECAST_DAYS) return `Full on ${formatDay(from)} or later (90 %)${around}.`;
  const isSameYear = from.slice(0, 4) === to.slice(0, 4);
  const first = isSameYear ? formatDay(from).slice(0, -' 2026'.length) : formatDay(from);
  return `Full between ${first} and ${formatDay(to)} (80 %)${around}.`;
}

function tellWithin({ kind, within }: Forecast): string[] {
  if (within === null || kind === 'full') return [];
  const [week, month, quarter] = [within[7], within[30], within[90]].map(formatProbability);
  return [`Full within 7 days: ${week}, 30 days: ${month}, 90 days: ${quarter}.`];
}

function tellBasis({ at, growthPerDay, lastShift }: Forecast): string {
  const growth = growthPerDay === null ? [] : [`Growth a day, as estimated: ${formatGrowth(growthPerDay)}.`];
  const shift = lastShift === null ? [] : [`The last jump, which is no part of it: ${formatDay(lastShift)}.`];
  return growth.length === 0 ? '' : [`As of ${formatDay(at)}.`, ...growth, ...shift].join(' ');
}

/** Three digits are more than is known. */
function formatGrowth(growth: number): string {
  return Number(growth.toPrecision(3)).toLocaleString('en-US', { maximumFractionDigits: 6 });
}

function formatProbability(probability: number): string {
  const percent = Math.round(probability * 100);
  if (percent === 0 && probability > 0) return 'below 1 %';
  return percent === 100 && probability < 1 ? 'over 99 %' : `${percent} %`;
}

const MONTHS = [
  'January',
  'February',
  'March',
  'April',
  'May',
  'June',
  'July',
  'August',
  'September',
  'October',
  'November',
  'December',
];

/** `3 March 2027`. */
function formatDay(day: Day): string {
  const [year = '', month = '', date = ''] = day.split('-');
  return `${Number(date)} ${MONTHS[Number(month) - 1]} ${year}`;
}
