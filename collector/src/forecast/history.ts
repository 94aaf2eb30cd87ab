import { toDayNumber } from '../model/day.ts';
import { type Day, type DayLevel, FORECAST_DAYS, type KnownStep } from '../model/forecast.ts';

/** What was known of a level on one day, one number a day. */
export interface History {
  /** The last day that has a level, in days since 1970-01-01. */
  readonly lastDay: number;
  /** How many days have a level of their own. */
  readonly knownDays: number;
  /** A level for each day up to the last. The known steps are taken out: all are told as if those had come before. */
  readonly levels: Float64Array;
}

/**
 * The levels up to a day, in any order; of two on one day the later one counts. A day without a level lies on the line
 * between its neighbours: what happened in a gap is spread over it. Null without any.
 */
export function toHistory({
  levels,
  at,
  knownSteps,
}: {
  levels: readonly DayLevel[];
  at: Day | null;
  knownSteps: readonly KnownStep[];
}): History | null {
  const last = at === null ? Number.POSITIVE_INFINITY : toDayNumber(at);
  const told = levels
    .map(({ day, level }) => ({ day: toDayNumber(day), level }))
    .filter(({ day }) => day <= last)
    .sort((a, b) => a.day - b.day);
  const lastDay = told.at(-1)?.day;
  if (lastDay === undefined) return null;
  const known = withoutSteps({ told: told.filter(({ day }) => day >= lastDay - FORECAST_DAYS), knownSteps });
  return { lastDay, knownDays: new Set(known.map(({ day }) => day)).size, levels: fillGaps(known) };
}

interface NumberedLevel {
  readonly day: number;
  readonly level: number;
}

/** Moves what lies before each step by its change, so that the step is gone and the present is as it is. */
function withoutSteps({
  told,
  knownSteps,
}: {
  told: readonly NumberedLevel[];
  knownSteps: readonly KnownStep[];
}): readonly NumberedLevel[] {
  const lastDay = told.at(-1)?.day ?? 0;
  const steps = knownSteps
    .map(({ day, change }) => ({ day: toDayNumber(day), change }))
    .filter(({ day }) => day <= lastDay)
    .sort((a, b) => b.day - a.day);
  let moved = 0;
  let next = 0;
  const newestFirst = told.toReversed().map(({ day, level }) => {
    for (let step = steps[next]; step !== undefined && step.day > day; step = steps[next]) {
      moved += step.change;
      next += 1;
    }
    return { day, level: level + moved };
  });
  return newestFirst.reverse();
}

function fillGaps(known: readonly NumberedLevel[]): Float64Array {
  const firstDay = known[0]?.day ?? 0;
  const levels = new Float64Array((known.at(-1)?.day ?? firstDay) - firstDay + 1);
  let before = { day: firstDay, level: known[0]?.level ?? 0 };
  for (const one of known) {
    const days = one.day - before.day;
    for (let day = 1; day < days; day += 1) {
      levels[before.day - firstDay + day] = before.level + ((one.level - before.level) * day) / days;
    }
    levels[one.day - firstDay] = one.level;
    before = one;
  }
  return levels;
}
