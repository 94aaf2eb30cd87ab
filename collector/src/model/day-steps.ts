import { DAY_MS, toDay, toDayNumber } from './day.ts';
import type { Day } from './forecast.ts';

/** The day of an instant, in UTC. */
export function dayAt(ms: number): Day {
  return toDay(Math.floor(ms / DAY_MS));
}

export function addDays(day: Day, days: number): Day {
  return toDay(toDayNumber(day) + days);
}

export function daysBetween({ from, to }: { from: Day; to: Day }): number {
  return toDayNumber(to) - toDayNumber(from);
}
