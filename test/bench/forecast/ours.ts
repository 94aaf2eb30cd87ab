import { join } from 'node:path';
import type { DayLevel, Forecast } from '../../../collector/src/model/forecast.ts';
import { toDayNumber } from './days.ts';
import { type Answer, type Forecaster, NO_ANSWER } from './forecaster.ts';

type ForecastSeries = (asked: {
  readonly levels: readonly DayLevel[];
  readonly capacity: number;
  readonly at: string;
}) => Forecast;

const METHOD = join(import.meta.dirname, '../../../collector/src/forecast/forecast-series.ts');

/** What is measured: the collector's method. */
export async function loadOurs(): Promise<Forecaster> {
  const { forecastSeries } = (await import(METHOD)) as { forecastSeries: ForecastSeries };
  return ({ levels, capacity }) => {
    const at = levels.at(-1)?.day;
    return at === undefined ? NO_ANSWER : toAnswer(forecastSeries({ levels, capacity, at }));
  };
}

function toAnswer({ at, fullBetween, median, within }: Forecast): Answer {
  const daysTo = (day: string) => Math.max(1, toDayNumber(day) - toDayNumber(at));
  return {
    between: fullBetween === null ? null : [daysTo(fullBetween[0]), daysTo(fullBetween[1])],
    median: median === null ? null : daysTo(median),
    within30: within === null ? null : within['30'],
  };
}
