import type { DayLevel, KnownStep } from '../model/forecast.ts';
import { carryLevels } from './carry-levels.ts';

/**
 * What trims gave back, as steps of the level: each on a day that has a level, for one that was given back on a day
 * without is seen in the next.
 */
export function toTrimSteps({
  levels,
  givenBack,
  before,
}: {
  /** Of the pool. */
  levels: readonly DayLevel[];
  /** The sum of all that was given back until the end of each day. */
  givenBack: readonly DayLevel[];
  /** The same before the first of them. */
  before: number;
}): readonly KnownStep[] {
  const sums = carryLevels(
    givenBack,
    levels.map(({ day }) => day),
  );
  return levels.flatMap(({ day }, index): readonly KnownStep[] => {
    // What was given back until the first level moved nothing that is known.
    if (index === 0) return [];
    const change = (sums[index - 1] ?? before) - (sums[index] ?? before);
    return change < 0 ? [{ day, change }] : [];
  });
}
