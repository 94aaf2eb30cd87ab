import type { Day } from '../../../collector/src/model/forecast.ts';

const DAY_MS = 86_400_000;

/** Days since 1970-01-01. */
export function toDayNumber(day: Day): number {
  return Math.round(Date.parse(`${day}T00:00:00Z`) / DAY_MS);
}

export function toDay(dayNumber: number): Day {
  return new Date(dayNumber * DAY_MS).toISOString().slice(0, 10);
}
