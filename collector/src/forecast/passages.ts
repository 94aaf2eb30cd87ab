import { FORECAST_DAYS } from '../model/forecast.ts';
import { drawPause, type Pause } from './pause.ts';
import { createDraws } from './random.ts';
import type { SteadyHistory } from './shifts.ts';

export interface Passages {
  /** After how many days each future that is full at some time is so, earliest first. */
  readonly days: readonly number[];
  /** How many futures were drawn, with those that are never full. */
  readonly futures: number;
}

const FUTURES = 400;
const WEEK_DAYS = 7;
/** No future is drawn from less than the last four weeks. */
const LEAST_PAST_DAYS = 28;
/** A future is drawn from as long a past as it is ahead, or from one up to 256 times as long. */
const DOUBLINGS = 8;
/** Shifts are rare: without a year of history it is not known how rare, and one in two months is no habit. */
const LEAST_DAYS_OF_SHIFTS = 365;

/**
 * Draws futures of a level from its past. Each goes on by stretches of the past: whole weeks at first, longer the
 * farther it is ahead, so that noise does not add up; on the same days of the week; and from the farther past the
 * farther it is ahead. How long a past tells of the future, nobody can know: each takes another multiple of the days
 * ahead. Shifts come besides, as often as they did; and some begin with a pause. Each future has draws of its own, so that none depends on where the
 * capacity lies.
 */
export function drawPassages({
  history: { steady, shifts },
  pause,
  room,
}: {
  history: SteadyHistory;
  pause: Pause;
  /** Between the level as it is now and the capacity. */
  room: number;
}): Passages {
  const changes = shifts.map(({ change }) => change);
  const shiftsPerDay = shifts.length / Math.max(steady.length - 1, LEAST_DAYS_OF_SHIFTS);
  const highest = steady.reduce((most, level) => Math.max(most, level));
  const days: number[] = [];
  for (let future = 0; future < FUTURES; future += 1) {
    const draw = createDraws(future);
    const pauseDays = drawPause(pause, createDraws(FUTURES + future));
    const multiple = 2 ** ((DOUBLINGS * (future + 0.5)) / FUTURES);
    const passage = drawPassage({ steady, highest, changes, shiftsPerDay, multiple, room, draw });
    if (passage !== null && pauseDays + passage <= FORECAST_DAYS) days.push(pauseDays + passage);
  }
  return { days: days.sort((a, b) => a - b), futures: FUTURES };
}

/** After how many days one future is full; null if it is not within the horizon. */
function drawPassage({
  steady,
  highest,
  changes,
  shiftsPerDay,
  multiple,
  room,
  draw,
}: {
  steady: Float64Array;
  /** Of `steady`. */
  highest: number;
  /** What the shifts moved. */
  changes: readonly number[];
  shiftsPerDay: number;
  multiple: number;
  room: number;
  draw: () => number;
}): number | null {
  const untilShift = () => (shiftsPerDay === 0 ? Number.POSITIVE_INFINITY : -Math.log(1 - draw()) / shiftsPerDay);
  let nextShift = untilShift();
  let rise = 0;
  let day = 0;
  while (day < FORECAST_DAYS) {
    const { first, length } = drawStretch({ known: steady.length - 1, day, multiple, draw });
    const start = steady[first] ?? 0;
    const end = day + length;
    // Most stretches are nowhere near, and need not be gone through day by day.
    const isNear = nextShift < end || rise + highest - start >= room;
    for (let step = 1; isNear && step <= length; step += 1) {
      for (; nextShift < day + step; nextShift += untilShift()) {
        rise += changes[Math.floor(draw() * changes.length)] ?? 0;
      }
      if (rise + (steady[first + step] ?? 0) - start >= room) return day + step;
    }
    rise += (steady[first + length] ?? 0) - start;
    day = end;
  }
  return null;
}

/** A stretch of the past for what comes after `day`: where it begins, and how many days it lasts. */
function drawStretch({
  known,
  day,
  multiple,
  draw,
}: {
  /** How many days back the history goes. */
  known: number;
  day: number;
  multiple: number;
  draw: () => number;
}): { first: number; length: number } {
  const past = Math.floor(Math.min(known, Math.max(LEAST_PAST_DAYS, multiple * (day + WEEK_DAYS))));
  const length = Math.min(known, Math.max(WEEK_DAYS, Math.floor(Math.min(day, past) / 2)));
  const latest = known - length;
  // As many days before the end of a week as the day after which it comes.
  const ahead = (((latest - known - day) % WEEK_DAYS) + WEEK_DAYS) % WEEK_DAYS;
  const weeks = Math.max(0, Math.floor((past - length - ahead) / WEEK_DAYS));
  const first = latest - ahead - WEEK_DAYS * Math.floor(draw() * (weeks + 1));
  return { first: Math.max(0, first), length };
}
