import type { Day } from './forecast.ts';

export const DAY_MS = 86_400_000;
/** 9999-12-31: what comes after it has no name of four digits. */
const LAST_DAY_NUMBER = 2_932_896;

/** Days since 1970-01-01. The day is one that there is. */
export function toDayNumber(day: Day): number {
  return Date.parse(`${day}T00:00:00Z`) / DAY_MS;
}

export function toDay(dayNumber: number): Day {
  return new Date(Math.min(dayNumber, LAST_DAY_NUMBER) * DAY_MS).toISOString().slice(0, 10);
}

/** Whether a text names a day that there is, as YYYY-MM-DD. */
export function isDay(text: string): text is Day {
  if (!/^\d{4}-\d\d-\d\d$/.test(text)) return false;
  const dayNumber = toDayNumber(text);
  return !Number.isNaN(dayNumber) && toDay(dayNumber) === text;
}
