import { forecastSeries } from '../../../collector/src/forecast/forecast-series.ts';
import { toDayNumber } from '../../../collector/src/model/day.ts';
import type { Forecast } from '../../../collector/src/model/forecast.ts';
import type { Answer, Forecaster } from './forecaster.ts';

/** What is measured: the collector's method, as `trimtab forecast --series` asks it. */
export const ours: Forecaster = ({ levels, capacity }) => toAnswer(forecastSeries({ levels, capacity, at: null }));

function toAnswer({ at, fullBetween, median, within }: Forecast): Answer {
  const daysTo = (day: string) => Math.max(1, toDayNumber(day) - toDayNumber(at));
  return {
    between: fullBetween === null ? null : [daysTo(fullBetween[0]), daysTo(fullBetween[1])],
    median: median === null ? null : daysTo(median),
    within30: within === null ? null : within['30'],
  };
}
