import type { Day, DayLevel } from '../model/forecast.ts';

/** The level of each of these days, which are in order: a day without one has that of the last before it, else null. */
export function carryLevels(levels: readonly DayLevel[], days: readonly Day[]): readonly (number | null)[] {
  let next = 0;
  let last: number | null = null;
  return days.map((day) => {
    for (let known = levels[next]; known !== undefined && known.day <= day; known = levels[next]) {
      last = known.level;
      next += 1;
    }
    return last;
  });
}
