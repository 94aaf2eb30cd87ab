import type { Day, DayLevel } from '../model/forecast.ts';
import { carryLevels } from './carry-levels.ts';

/** An image with all filesystems that lie on it. */
export interface Held {
  readonly image: readonly DayLevel[];
  readonly filesystems: readonly (readonly DayLevel[])[];
}

/** The level of a pool if these images held no more than the filesystems on them use. An estimate. */
export function levelsOfUse(levels: readonly DayLevel[], held: readonly Held[]): readonly DayLevel[] {
  const days = levels.map(({ day }) => day);
  const excesses = held.map((one) => excessOf(one, days));
  return levels.map(({ day, level }, index) => ({
    day,
    level: Math.max(
      0,
      excesses.reduce((rest, excess) => rest - (excess[index] ?? 0), level),
    ),
  }));
}

/**
 * By how much the image is larger than what is used, each day. Of a day before the use was known, what was in excess
 * when it first was is taken, as far as the image held so much: else the level would fall on the day on which its guest
 * was first asked.
 */
function excessOf({ image, filesystems }: Held, days: readonly Day[]): readonly number[] {
  const allocations = carryLevels(image, days);
  const uses = addUp(filesystems, days);
  const known = allocations.map((allocation, index) => {
    const use = uses[index] ?? null;
    return use === null || allocation === null ? null : Math.max(0, allocation - use);
  });
  const first = known.find((excess) => excess !== null) ?? 0;
  return known.map((excess, index) => excess ?? Math.min(first, allocations[index] ?? 0));
}

/** The sum of each day; null as long as one of them is not known. */
function addUp(series: readonly (readonly DayLevel[])[], days: readonly Day[]): readonly (number | null)[] {
  const carried = series.map((levels) => carryLevels(levels, days));
  return days.map((_, index) =>
    carried.reduce<number | null>((sum, levels) => {
      const level = levels[index] ?? null;
      return sum === null || level === null ? null : sum + level;
    }, 0),
  );
}
