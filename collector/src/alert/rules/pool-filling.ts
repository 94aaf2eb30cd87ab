import { formatBytes } from '@trimtab/protocol/shared';
import type { AlertSettings } from '../../model/alert-settings.ts';
import type { AlertReading } from '../../model/alert-state.ts';
import type { Forecast } from '../../model/forecast.ts';
import { fullnessOf, type PoolState } from '../../model/pool.ts';
import { formatPercent, HOUR_MS, type Rule, standOf, together, toPercent } from '../rule.ts';

/** So many points of free share above its mark, and the alert ends. */
const FREE_POINTS = 5;
const FULLER_POINTS = 5;

/** A pool that is likely to be full soon, and has little room already. Without enough days it says nothing. */
export const poolFilling: Rule = {
  read: ({ pools, forecasts }, settings) =>
    (pools ?? []).flatMap((pool) => {
      const forecast = forecasts.get(pool.key);
      return forecast === undefined ? [] : readPool({ pool, forecast, settings });
    }),
  timing: () => ({ startAfterMs: HOUR_MS, endAfterMs: HOUR_MS }),
};

function readPool({
  pool,
  forecast: { within, median },
  settings: { alertDays, alertProbability, alertFree, alertFull },
}: {
  pool: PoolState;
  forecast: Forecast;
  settings: AlertSettings;
}): AlertReading[] {
  if (within === null || pool.sizeBytes <= 0) return [];
  const probability = toPercent(within[alertDays]);
  const used = toPercent(fullnessOf(pool));
  const likely = median === null ? '' : `, and as likely as not by ${median}`;
  return [
    {
      rule: 'pool-filling',
      subject: pool.key,
      stands: together([
        standOf({ figure: probability, mark: alertProbability, lower: alertProbability / 2 }),
        standOf({ figure: used, mark: 100 - alertFree, lower: 100 - alertFree - FREE_POINTS }),
        // Of what is full nobody need hear that it fills: pool-full tells of it.
        used >= alertFull ? 'between' : 'over',
      ]),
      severity: toPercent(within['7']) >= alertProbability ? 'critical' : 'warning',
      sentence: `${pool.key} will be full within ${alertDays} days with a probability of ${formatPercent(probability)}${likely}; now ${formatBytes(pool.freeBytes)} of ${formatBytes(pool.sizeBytes)} are free.`,
      hint: 'Add storage, move a guest away, or trim: trimtab doctor says what could come back.',
      values: {
        [`fullWithin${alertDays}DaysPercent`]: probability,
        usedPercent: used,
        freeBytes: pool.freeBytes,
        sizeBytes: pool.sizeBytes,
      },
      badness: { level: used, step: FULLER_POINTS },
    },
  ];
}
