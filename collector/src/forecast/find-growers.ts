import { addDays, daysBetween } from '../model/day-steps.ts';
import type { DayLevel } from '../model/forecast.ts';
import type { Grower, Growers } from '../model/foresight.ts';
import { carryLevels } from './carry-levels.ts';

/** How far back is looked at the most. */
export const GROWTH_DAYS = 30;
/** So many are told one by one. */
export const GROWERS_TOLD = 10;

export interface ImageLevels {
  readonly image: string;
  readonly guest: string | null;
  readonly levels: readonly DayLevel[];
}

/** Whose growth the growth of a pool was. Null where less than a day is known. */
export function findGrowers({
  pool,
  images,
}: {
  pool: readonly DayLevel[];
  images: readonly ImageLevels[];
}): Growers | null {
  const last = pool.at(-1);
  if (last === undefined) return null;
  const first = pool.find(({ day }) => day >= addDays(last.day, -GROWTH_DAYS)) ?? last;
  const days = daysBetween({ from: first.day, to: last.day });
  if (days < 1) return null;
  const own = images.map(({ image, guest, levels }): Omit<Grower, 'share'> => {
    const [before = null, now = null] = carryLevels(levels, [first.day, last.day]);
    const isNew = before === null && now !== null;
    return { kind: 'image', image, guest, isNew, growthPerDay: ((now ?? 0) - (before ?? 0)) / days };
  });
  const growthPerDay = (last.level - first.level) / days;
  const ofImages = sumOf(own);
  const others = toRest('other-files', growthPerDay - ofImages);
  const sorted = own.toSorted((one, other) => other.growthPerDay - one.growthPerDay);
  const [told, rest] = [sorted.slice(0, GROWERS_TOLD), sorted.slice(GROWERS_TOLD)];
  const rows = [...told, ...(rest.length === 0 ? [] : [toRest('other-images', sumOf(rest))]), others];
  const grown = rows.reduce((sum, row) => sum + Math.max(0, row.growthPerDay), 0);
  return {
    days,
    growthPerDay,
    rows: rows
      .map((row): Grower => ({ ...row, share: row.growthPerDay > 0 ? row.growthPerDay / grown : null }))
      .sort((one, other) => other.growthPerDay - one.growthPerDay),
  };
}

const sumOf = (rows: readonly Pick<Grower, 'growthPerDay'>[]) => rows.reduce((sum, row) => sum + row.growthPerDay, 0);

function toRest(kind: Grower['kind'], growthPerDay: number): Omit<Grower, 'share'> {
  return { kind, image: null, guest: null, isNew: false, growthPerDay };
}
