import { addDays } from '../model/day-steps.ts';
import type { Day } from '../model/forecast.ts';

/** Who asks for a later day does not live to see it. */
export const MOST_DAYS = 36_500;

/** What grows in a pool until it has no room left: an image until its capacity. */
export interface Filling {
  readonly growthPerDay: number;
  readonly roomBytes: number;
}

/** The day on which the pool is full if all of them go on as they do; null if that never is, or in a hundred years. */
export function dayIfAllFilled({
  at,
  freeBytes,
  fillings,
}: {
  at: Day;
  freeBytes: number;
  fillings: readonly Filling[];
}): Day | null {
  const growing = fillings
    .filter(({ growthPerDay, roomBytes }) => growthPerDay > 0 && roomBytes > 0)
    .map(({ growthPerDay, roomBytes }) => ({ growthPerDay, full: roomBytes / growthPerDay }))
    .sort((one, other) => one.full - other.full);
  let growthPerDay = growing.reduce((sum, one) => sum + one.growthPerDay, 0);
  let [free, passed] = [freeBytes, 0];
  for (const { full, growthPerDay: own } of growing) {
    const taken = growthPerDay * (full - passed);
    if (taken >= free) break;
    free -= taken;
    passed = full;
    growthPerDay -= own;
    if (growthPerDay <= 0) return null;
  }
  if (free <= 0) return at;
  const days = passed + free / growthPerDay;
  return growthPerDay <= 0 || days > MOST_DAYS ? null : addDays(at, Math.ceil(days));
}
