import type { DayLevel } from '../model/forecast.ts';
import { carryLevels } from './carry-levels.ts';

/** The levels of a pool as if these images had never been in it: neither what they hold nor how they grew. */
export function withoutImages(
  levels: readonly DayLevel[],
  images: readonly (readonly DayLevel[])[],
): readonly DayLevel[] {
  const days = levels.map(({ day }) => day);
  const carried = images.map((image) => carryLevels(image, days));
  return levels.map(({ day, level }, index) => ({
    day,
    level: Math.max(
      0,
      carried.reduce((rest, image) => rest - (image[index] ?? 0), level),
    ),
  }));
}
