import type { ForecastKind } from '../model/forecast.ts';
import type { PassageLaw } from './passage-law.ts';
import type { SteadyHistory } from './shifts.ts';
import { isRising } from './trend.ts';

const TWO_YEARS_DAYS = 730;
/** From this chance in two years on, a level that does not rise is told by its ups and downs. */
const WORTH_TELLING = 0.1;
/** One or two jumps are events, three a habit. */
const HABIT = 3;

/**
 * What to call it. Of a level that does not rise, a date farther ahead than its history goes back is none: it would be
 * made of noise.
 */
export function judgeKind({
  law,
  levels,
  history: { steady, shifts },
}: {
  law: PassageLaw;
  /** With the shifts. */
  levels: Float64Array;
  history: SteadyHistory;
}): ForecastKind {
  const median = law.dayOf(0.5);
  const rises = isRising(steady) || (shifts.length >= HABIT && isRising(levels));
  if (median !== null && median <= TWO_YEARS_DAYS && (rises || median < steady.length)) return 'date';
  if (rises) return 'beyond-2-years';
  return law.within(TWO_YEARS_DAYS) >= WORTH_TELLING ? 'fluctuating' : 'not-growing';
}
