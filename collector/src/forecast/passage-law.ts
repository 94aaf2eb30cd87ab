import { FORECAST_DAYS } from '../model/forecast.ts';
import type { PaceSpread } from './pace.ts';
import type { Passages } from './passages.ts';

/** When it is full, as probabilities. */
export interface PassageLaw {
  /** The probability that it is full within so many days. */
  within(days: number): number;
  /** The day by which it is full with a probability; null where that is not within the horizon. */
  dayOf(probability: number): number | null;
}

/**
 * The futures that were drawn, each at any pace: one that takes ten days at the pace of the past takes five at the
 * double. The logarithm of the pace is normal, of mean 0.
 */
export function toPassageLaw({
  passages: { days, futures },
  paceSpreads,
}: {
  passages: Passages;
  /** Shortest first, the last without an end. */
  paceSpreads: readonly PaceSpread[];
}): PassageLaw {
  const drawn = days.map((day) => {
    const place = paceSpreads.findIndex(({ untilDays }) => day <= untilDays);
    return { day, spread: paceSpreads[place]?.spread ?? 0, place };
  });
  const within = (limit: number) => {
    if (limit <= 0) return 0;
    // What takes longer is not more likely within the limit, however much wider its pace is spread.
    let ceiling = 1;
    const ceilings = paceSpreads.map(({ untilDays, spread }) => {
      const before = ceiling;
      ceiling = Math.min(ceiling, shareWithin({ limit, day: untilDays, spread }));
      return before;
    });
    let sum = 0;
    for (const { day, spread, place } of drawn) {
      sum += Math.min(ceilings[place] ?? 1, shareWithin({ limit, day, spread }));
    }
    return sum / futures;
  };
  const dayOf = (probability: number) => {
    if (within(FORECAST_DAYS) < probability) return null;
    let [early, late] = [0, FORECAST_DAYS];
    while (late - early > 1) {
      const middle = Math.floor((early + late) / 2);
      if (within(middle) < probability) early = middle;
      else late = middle;
    }
    return late;
  };
  return { within, dayOf };
}

/** Of what takes so many days at the pace of the past. What happens within a day is read at its end. */
function shareWithin({ limit, day, spread }: { limit: number; day: number; spread: number }): number {
  return normal(Math.log(limit / (day - 0.5)) / spread);
}

/** The normal distribution's share below (Abramowitz and Stegun 26.2.17, right to 8 digits). */
function normal(deviations: number): number {
  const t = 1 / (1 + 0.2316419 * Math.abs(deviations));
  const polynomial = t * (0.31938153 + t * (-0.356563782 + t * (1.781477937 + t * (-1.821255978 + t * 1.330274429))));
  const above = (Math.exp(-(deviations ** 2) / 2) / Math.sqrt(2 * Math.PI)) * polynomial;
  return deviations > 0 ? 1 - above : above;
}
