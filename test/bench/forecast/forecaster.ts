import type { DayLevel } from '../../../collector/src/model/forecast.ts';

export interface NumberedLevel extends DayLevel {
  /** Days since 1970-01-01. */
  readonly dayNumber: number;
}

/** What is known on a day, and what is asked. */
export interface Asked {
  /** Oldest first, at least one; days may be missing. The last is that of the day on which it is asked. */
  readonly levels: readonly NumberedLevel[];
  readonly capacity: number;
}

/** In days after the day on which it was asked, whole ones and at least one. */
export interface Answer {
  /** Full between these two with a probability of 80 %; null from who does not say. */
  readonly between: readonly [number, number] | null;
  readonly median: number | null;
  /** The probability that it is full within 30 days; null from who does not say. */
  readonly within30: number | null;
}

/** Ours and each alternative, judged by one code. */
export type Forecaster = (asked: Asked) => Answer;

export const NO_ANSWER: Answer = { between: null, median: null, within30: null };

/** A level reached after a part of a day is read at its end. */
export function toWholeDays(days: number): number {
  return Math.max(1, Math.ceil(days));
}
