import type { Forecast } from '../model/forecast.ts';
import { type GaugeRow, readingsOf } from './gauge-row.ts';

const DAYS = ['7', '30', '90'] as const;
const DAY_SECONDS = 24 * 3_600;

function forecastGauge({
  name,
  help,
  levelOf,
}: {
  readonly name: GaugeRow['name'];
  readonly help: string;
  readonly levelOf: (forecast: Forecast) => number | null;
}): GaugeRow {
  return {
    name,
    help,
    labels: ['pool'],
    read: ({ status }) =>
      readingsOf(status.forecasts, ({ pool, forecast }) => ({ labels: [pool], value: levelOf(forecast) })),
  };
}

/** Of each pool for which there are days enough. */
export const FORECAST_GAUGES: readonly GaugeRow[] = [
  {
    name: 'trimtab_pool_full_probability_ratio',
    help: 'How likely a pool is full within so many days.',
    labels: ['pool', 'days'],
    read: ({ status }) =>
      status.forecasts.flatMap(({ pool, forecast: { within } }) =>
        within === null ? [] : DAYS.map((days) => ({ labels: [pool, days], value: within[days] })),
      ),
  },
  forecastGauge({
    name: 'trimtab_pool_full_timestamp_seconds',
    help: 'The day (UTC) before which a pool is as likely to be full as after it.',
    levelOf: ({ median }) => (median === null ? null : Date.parse(`${median}T00:00:00Z`) / 1000),
  }),
  forecastGauge({
    name: 'trimtab_pool_growth_bytes_per_second',
    help: 'What a pool grows by, as estimated from its days.',
    levelOf: ({ growthPerDay }) => (growthPerDay === null ? null : growthPerDay / DAY_SECONDS),
  }),
];
