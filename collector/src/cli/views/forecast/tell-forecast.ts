import { formatBytes } from '@trimtab/protocol/shared';
import { daysBetween } from '../../../model/day-steps.ts';
import { type Day, FORECAST_DAYS, type Forecast } from '../../../model/forecast.ts';
import type { PoolForesight } from '../../../model/foresight.ts';

/** `The pool /srv`, `The metadata of vg0/pool`. */
export function nameOf({ pool, kind }: Pick<PoolForesight, 'pool' | 'kind'>): string {
  return kind === 'pool' ? `The pool ${pool}` : `The metadata of ${pool}`;
}

/** When it is full, as a sentence. */
export function tellForecast(subject: string, forecast: Forecast): string {
  const { kind, median, fullBetween, needsDays, within, growthPerDay } = forecast;
  const between = fullBetween === null ? '' : ` (${tellBetween(forecast.at, fullBetween)})`;
  const chance = within === null ? '' : ` Full within 90 days: ${formatChance(within['90'])}.`;
  switch (kind) {
    case 'full':
      return `${subject} is full.`;
    case 'date':
      return `${subject} is full about ${median ?? 'then'}${between}.`;
    case 'beyond-2-years':
      return `${subject} ${growthPerDay !== null && growthPerDay <= 0 ? 'does not grow between its jumps' : 'grows'}, and is not full within two years, most likely.${chance}`;
    case 'not-growing':
      return `${subject} does not grow.${chance}`;
    case 'fluctuating':
      return `${subject} goes up and down by more than it grows.${chance}`;
    case 'not-enough-data':
      return `Of ${subject.replace(/^The/, 'the')} not enough days are known for a forecast: ${tellMissing(needsDays)}.`;
  }
}

/** The last day that is looked at stands for all that come after it. */
function tellBetween(at: Day, [from, to]: readonly [Day, Day]): string {
  return isLast({ at, day: to }) ? `90 %: ${from} or later` : `80 % between ${from} and ${to}`;
}

function isLast({ at, day }: { at: Day; day: Day }): boolean {
  return daysBetween({ from: at, to: day }) >= FORECAST_DAYS;
}

function tellMissing(needsDays: number | null): string {
  if (needsDays === null) return 'more are needed';
  return needsDays === 1 ? 'one more is needed' : `${needsDays} more are needed`;
}

/** The same in a cell: a day where there is one, else why there is none. */
export function formatWhen({ kind, median, needsDays }: Forecast): string {
  switch (kind) {
    case 'full':
      return 'full';
    case 'date':
      return median ?? '-';
    case 'beyond-2-years':
      return '> 2 years';
    case 'not-growing':
      return 'not growing';
    case 'fluctuating':
      return 'fluctuating';
    case 'not-enough-data':
      return needsDays === null ? 'too early' : `needs ${needsDays} d`;
  }
}

/** A day with its interval, on a line of its own. */
export function formatWhenBetween(forecast: Forecast): string {
  const { at, kind, fullBetween } = forecast;
  const when = formatWhen(forecast);
  if (kind !== 'date' || fullBetween === null) return when;
  const [from, to] = fullBetween;
  return `${when}  (${isLast({ at, day: to }) ? `${from} or later` : `${from} to ${to}`})`;
}

/** `41 %`; what is nearly sure or impossible is not called so. */
export function formatChance(probability: number | null): string {
  if (probability === null) return '-';
  const percent = probability * 100;
  if (percent > 0 && percent < 1) return '< 1 %';
  if (percent < 100 && percent > 99) return '> 99 %';
  return `${Math.round(percent)} %`;
}

/** `2.3 GiB`, signed where it shrinks. */
export function formatGrowth(bytesPerDay: number | null): string {
  return bytesPerDay === null ? '-' : formatBytes(bytesPerDay);
}

/** `12 days`, `7 weeks`, `5 months`, `3 years`: the larger the unit, the rounder. */
export function formatDays(days: number): string {
  const [count, unit] =
    days < 14
      ? [days, 'day']
      : days < 70
        ? [days / 7, 'week']
        : days < 730
          ? [days / 30.44, 'month']
          : [days / 365.25, 'year'];
  const whole = Math.round(count);
  return `${whole} ${unit}${whole === 1 ? '' : 's'}`;
}
