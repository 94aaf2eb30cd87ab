import { type Asked, type Forecaster, NO_ANSWER, type NumberedLevel, toWholeDays } from '../forecaster.ts';

/** As days after the last level, which is 0. */
export interface Line {
  readonly slope: number;
  readonly intercept: number;
}

/**
 * Prometheus' `predict_linear(v[Nd], t)`: least squares through the samples of a window that has both its ends in it
 * (2.x; 3.x leaves out the first), for the value that the line has t later. Null of less than two samples.
 */
export function fitWindow({ levels, days }: { levels: readonly NumberedLevel[]; days: number }): Line | null {
  const today = levels.at(-1)?.dayNumber ?? 0;
  const inside = levels.filter(({ dayNumber }) => dayNumber >= today - days);
  if (inside.length < 2) return null;
  const meanDay = inside.reduce((sum, { dayNumber }) => sum + (dayNumber - today), 0) / inside.length;
  const meanLevel = inside.reduce((sum, { level }) => sum + level, 0) / inside.length;
  let covariance = 0;
  let variance = 0;
  for (const { dayNumber, level } of inside) {
    covariance += (dayNumber - today - meanDay) * (level - meanLevel);
    variance += (dayNumber - today - meanDay) ** 2;
  }
  const slope = covariance / variance;
  return { slope, intercept: meanLevel - slope * meanDay };
}

/** The day on which the line crosses the capacity; null where it never does. */
export function crossing({ line, capacity }: { line: Line; capacity: number }): number | null {
  if (line.intercept >= capacity) return 1;
  return line.slope > 0 ? toWholeDays((capacity - line.intercept) / line.slope) : null;
}

/** Says a day and, of 30 days, yes or no. */
export function predictLinear(days: number): Forecaster {
  return ({ levels, capacity }: Asked) => {
    const line = fitWindow({ levels, days });
    if (line === null) return NO_ANSWER;
    const full = line.intercept + 30 * line.slope >= capacity;
    return { between: null, median: crossing({ line, capacity }), within30: full ? 1 : 0 };
  };
}
