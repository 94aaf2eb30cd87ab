import { toDay, toDayNumber } from '../model/day.ts';
import { type Day, type DayLevel, FORECAST_DAYS, type Forecast, type KnownStep } from '../model/forecast.ts';
import { growthPerDay } from './growth.ts';
import { type History, toHistory } from './history.ts';
import { judgeKind } from './judge-kind.ts';
import { toPaceSpreads, unlikeOf } from './pace.ts';
import { toPassageLaw } from './passage-law.ts';
import { drawPassages } from './passages.ts';
import { toPause } from './pause.ts';
import { separateShifts } from './shifts.ts';

/** Two weeks tell a rhythm from growth; and two points would make a line of anything. */
const LEAST_SPAN_DAYS = 14;
const LEAST_KNOWN_DAYS = 5;
const INTERVAL = { from: 0.1, to: 0.9 } as const;

/**
 * When a level reaches its capacity, as it could be told on one day: nothing later is looked at. The same levels give
 * the same answer.
 */
export function forecastSeries({
  levels,
  capacity,
  at,
  knownSteps = [],
}: {
  levels: readonly DayLevel[];
  capacity: number;
  /** Null: as of the last level. */
  at: Day | null;
  knownSteps?: readonly KnownStep[];
}): Forecast {
  const history = toHistory({ levels, at, knownSteps });
  if (history === null) return notEnough({ at: at ?? toDay(0), needsDays: LEAST_SPAN_DAYS + 1 });
  const asOf = at ?? toDay(history.lastDay);
  if ((history.levels.at(-1) ?? 0) >= capacity) return full(asOf);
  const needsDays = missingDays(history);
  if (needsDays > 0) return notEnough({ at: asOf, needsDays });
  return foresee({ history, capacity, asOf });
}

function foresee({ history, capacity, asOf }: { history: History; capacity: number; asOf: Day }): Forecast {
  const separated = separateShifts(history.levels);
  const { steady, shifts } = separated;
  const pause = toPause({ knownDays: steady.length - 1, unlike: unlikeOf(steady) });
  const passages = drawPassages({ history: separated, pause, room: capacity - (history.levels.at(-1) ?? 0) });
  const law = toPassageLaw({ passages, paceSpreads: toPaceSpreads(steady) });
  // Where the last level is older than the day that is asked for, the days between have passed already.
  const age = toDayNumber(asOf) - history.lastDay;
  const within = (days: number) => Math.round(law.within(age + days) * 10_000) / 10_000;
  const dayOf = (probability: number) => {
    const days = law.dayOf(probability);
    return days === null ? null : toDay(history.lastDay + Math.max(days, age));
  };
  const [from, to] = [dayOf(INTERVAL.from), dayOf(INTERVAL.to) ?? toDay(history.lastDay + age + FORECAST_DAYS)];
  const lastShift = shifts.at(-1);
  return {
    at: asOf,
    kind: judgeKind({ law, levels: history.levels, history: separated }),
    fullBetween: from === null ? null : [from, to],
    median: dayOf(0.5),
    within: { 7: within(7), 30: within(30), 90: within(90) },
    needsDays: null,
    growthPerDay: growthPerDay(steady),
    lastShift: lastShift === undefined ? null : toDay(history.lastDay - (steady.length - 1) + lastShift.index),
  };
}

function missingDays({ levels, knownDays }: History): number {
  return Math.max(LEAST_SPAN_DAYS + 1 - levels.length, LEAST_KNOWN_DAYS - knownDays, 0);
}

function full(at: Day): Forecast {
  const within = { 7: 1, 30: 1, 90: 1 };
  return {
    at,
    kind: 'full',
    fullBetween: [at, at],
    median: at,
    within,
    needsDays: null,
    growthPerDay: null,
    lastShift: null,
  };
}

function notEnough({ at, needsDays }: { at: Day; needsDays: number }): Forecast {
  return {
    at,
    kind: 'not-enough-data',
    fullBetween: null,
    median: null,
    within: null,
    needsDays,
    growthPerDay: null,
    lastShift: null,
  };
}
