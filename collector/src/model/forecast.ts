/** A day, `YYYY-MM-DD`, in UTC. */
export type Day = string;

/** A level at the end of a day. */
/** Of a series in a file, and the days of its first and its last row. */
export interface SeriesForecast {
  readonly forecast: Forecast;
  readonly first: Day;
  readonly last: Day;
}

export interface DayLevel {
  readonly day: Day;
  readonly level: number;
}

/** Of a level that was moved by something that is known: no growth and no shrinking, whatever the series says. */
export interface KnownStep {
  readonly day: Day;
  /** By how much the level rose (a new guest) or fell (what a trim gave back, negative). */
  readonly change: number;
}

/**
 * `full`: it is. `date`: it fills within two years, most likely. `beyond-2-years`: it grows, and more slowly than that.
 * `not-growing`: it stays or shrinks. `fluctuating`: it goes up and down by more than it grows. `not-enough-data`: too
 * few days are known.
 */
export const FORECAST_KINDS = [
  'date',
  'not-growing',
  'fluctuating',
  'beyond-2-years',
  'not-enough-data',
  'full',
] as const;
export type ForecastKind = (typeof FORECAST_KINDS)[number];

/** How far ahead a forecast looks, and how far back: twenty years. */
export const FORECAST_DAYS = 7_300;

/** When a level reaches its capacity, as of one day. */
export interface Forecast {
  /** The day as of which it was made. */
  readonly at: Day;
  readonly kind: ForecastKind;
  /**
   * It is full between these two days with a probability of 80 %; the last day within the horizon stands for "then,
   * later or never". Null where the first of them is not within the horizon.
   */
  readonly fullBetween: readonly [Day, Day] | null;
  /** As likely before this day as after it; null where that is not within the horizon. */
  readonly median: Day | null;
  /** The probability that it is full within so many days; null only for `not-enough-data`. */
  readonly within: { readonly '7': number; readonly '30': number; readonly '90': number } | null;
  /** Of `not-enough-data`: how many more days are needed; else null. */
  readonly needsDays: number | null;
  /** What it grows by in a day, as estimated, the level's unit; null without enough data. */
  readonly growthPerDay: number | null;
  /** Where the last jump lay that is no part of the growth; null without one. */
  readonly lastShift: Day | null;
}
