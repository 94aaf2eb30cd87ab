import { toDay } from '../../../collector/src/model/day.ts';
import type { NumberedLevel } from './forecaster.ts';

/** A series whose future is known. */
export interface KnownSeries {
  readonly name: string;
  /** What it was made as; `real` of those that nobody made. */
  readonly kind: string;
  readonly firstDay: number;
  /** One a day, without gaps: the truth. */
  readonly levels: readonly number[];
  /** The days, counted from the first, that no forecaster is shown. */
  readonly hidden: ReadonlySet<number>;
  /** On which days, counted from the first, forecasts are asked for. */
  readonly starts: readonly number[];
}

/** What is shown of it on one day: all up to that day, but for the gaps. */
export function toldOn({ series, start }: { series: KnownSeries; start: number }): readonly NumberedLevel[] {
  const told: NumberedLevel[] = [];
  for (const [index, level] of series.levels.slice(0, start + 1).entries()) {
    const dayNumber = series.firstDay + index;
    if (!series.hidden.has(index)) told.push({ day: toDay(dayNumber), dayNumber, level });
  }
  return told;
}
