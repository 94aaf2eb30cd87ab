import { createRandom } from '../../../support/random.ts';
import type { Forecaster, NumberedLevel } from '../forecaster.ts';
import { NO_ANSWER } from '../forecaster.ts';

const PATHS = 200;
/** Paths end here; one that has not reached the capacity by then never does. */
const MOST_DAYS = 3_650;

/**
 * A bootstrap of daily differences: each day of each path grows by what some day of the last `days` grew by. What lies
 * behind a gap is shared among its days.
 */
export function bootstrap(days: number): Forecaster {
  return ({ levels, capacity }) => {
    const differences = differencesOf({ levels, days });
    if (differences.length === 0) return NO_ANSWER;
    const random = createRandom(differences.length);
    const room = capacity - (levels.at(-1)?.level ?? 0);
    const passages = Array.from({ length: PATHS }, () => firstPassage({ differences, room, random }));
    const sorted = passages.toSorted((one, other) => one - other);
    const within = (most: number) => sorted.filter((passage) => passage <= most).length / PATHS;
    const [soonest, middle, latest] = [0.1, 0.5, 0.9].map((part) => sorted[Math.floor(PATHS * part)] ?? MOST_DAYS);
    return {
      between: within(MOST_DAYS) >= 0.1 ? [soonest ?? MOST_DAYS, Math.min(MOST_DAYS, latest ?? MOST_DAYS)] : null,
      median: middle === undefined || middle > MOST_DAYS ? null : middle,
      within30: within(30),
    };
  };
}

function differencesOf({ levels, days }: { levels: readonly NumberedLevel[]; days: number }): readonly number[] {
  const today = levels.at(-1)?.dayNumber ?? 0;
  const inside = levels.filter(({ dayNumber }) => dayNumber >= today - days);
  return inside.slice(1).flatMap((later, index) => {
    const earlier = inside[index] ?? later;
    const gap = later.dayNumber - earlier.dayNumber;
    return Array.from({ length: gap }, () => (later.level - earlier.level) / gap);
  });
}

interface Path {
  readonly differences: readonly number[];
  readonly room: number;
  readonly random: () => number;
}

function firstPassage({ differences, room, random }: Path): number {
  let risen = 0;
  for (let day = 1; day <= MOST_DAYS; day += 1) {
    risen += differences[Math.floor(random() * differences.length)] ?? 0;
    if (risen >= room) return day;
  }
  return MOST_DAYS + 1;
}
