import { addDays, daysBetween } from '../../../model/day-steps.ts';
import type { Day, DayLevel, Forecast } from '../../../model/forecast.ts';

/** What a column of the chart stands for. */
export type ChartColumn =
  | { readonly kind: 'past'; readonly level: number | null }
  | { readonly kind: 'future'; readonly likely: number | null; readonly range: readonly [number, number] | null };

export interface ChartDays {
  readonly columns: readonly ChartColumn[];
  readonly from: Day;
  readonly to: Day;
  /** The first column of the future. */
  readonly today: number;
}

/** What is shown of a future that has no end. */
const AHEAD_DAYS = 90;
const LEAST_AHEAD_DAYS = 14;
const FARTHEST_DAYS = 730;

/** Which days a chart of so many columns shows, and what of each: as long a past as its future needs to be compared. */
export function chartDays({
  levels,
  capacity,
  forecast,
  columns,
}: {
  /** At least one. */
  levels: readonly DayLevel[];
  capacity: number;
  forecast: Forecast;
  columns: number;
}): ChartDays {
  const last = levels.at(-1) ?? { day: forecast.at, level: 0 };
  const first = levels[0] ?? last;
  const ahead = daysAhead(forecast, last.day);
  const past = Math.min(daysBetween({ from: first.day, to: last.day }) + 1, Math.max(30, 2 * ahead));
  const today = ahead === 0 ? columns : Math.max(2, Math.round((columns * past) / (past + ahead)));
  const from = addDays(last.day, 1 - past);
  const byDay = new Map(levels.map(({ day, level }) => [day, level]));
  const pastColumns = Array.from({ length: today }, (_, index): ChartColumn => {
    const end = Math.max(0, Math.ceil(((index + 1) * past) / today) - 1);
    return { kind: 'past', level: lastLevel({ byDay, from, begin: Math.floor((index * past) / today), end }) };
  });
  const futureColumns = Array.from({ length: columns - today }, (_, index): ChartColumn => {
    const days = ((index + 1) * ahead) / (columns - today);
    return { kind: 'future', ...projectTo({ days, last, capacity, forecast }) };
  });
  return { columns: [...pastColumns, ...futureColumns], from, to: addDays(last.day, Math.round(ahead)), today };
}

/** Null where none of these days has a level. */
function lastLevel({
  byDay,
  from,
  begin,
  end,
}: {
  byDay: ReadonlyMap<Day, number>;
  from: Day;
  begin: number;
  end: number;
}): number | null {
  for (let day = end; day >= Math.min(begin, end); day -= 1) {
    const level = byDay.get(addDays(from, day));
    if (level !== undefined) return level;
  }
  return null;
}

/** 0 where nothing is foreseen. */
function daysAhead({ kind, median, fullBetween }: Forecast, last: Day): number {
  if (kind === 'full' || kind === 'not-enough-data') return 0;
  if (median === null || kind !== 'date') return AHEAD_DAYS;
  const middle = daysBetween({ from: last, to: median });
  const late = fullBetween === null ? middle : daysBetween({ from: last, to: fullBetween[1] });
  return Math.min(FARTHEST_DAYS, Math.max(LEAST_AHEAD_DAYS, 1.05 * Math.min(late, 2 * middle)));
}

/** Straight lines to the days on which it is full, where they end. */
function projectTo({
  days,
  last,
  capacity,
  forecast: { median, fullBetween, growthPerDay },
}: {
  days: number;
  last: DayLevel;
  capacity: number;
  forecast: Forecast;
}): { likely: number | null; range: readonly [number, number] | null } {
  const partOf = (full: Day) => days / Math.max(1, daysBetween({ from: last.day, to: full }));
  const onWayTo = (full: Day) => last.level + (capacity - last.level) * Math.min(1, partOf(full));
  const onPace = growthPerDay === null ? null : Math.min(capacity, Math.max(0, last.level + growthPerDay * days));
  const toMedian = median === null || partOf(median) > 1 ? null : onWayTo(median);
  const isOver = fullBetween === null || partOf(fullBetween[1]) > 1;
  return {
    likely: median === null ? onPace : toMedian,
    range: isOver ? null : [onWayTo(fullBetween[1]), onWayTo(fullBetween[0])],
  };
}
