import type { Day } from '../../model/forecast.ts';
import type { PoolForesight } from '../../model/foresight.ts';

/** Of so many days what was foreseen is kept: two years. */
export const FORECAST_DAYS_KEPT = 731;

/** What was foreseen of a pool on one day. */
export interface KeptForecast extends Pick<PoolForesight, 'pool' | 'kind' | 'sizeBytes' | 'usedBytes'> {
  /** On which it was foreseen. */
  readonly day: Day;
  readonly forecast: PoolForesight['asItGoes'];
}

/**
 * What was foreseen, so that it can be told later how true it was. Obligations, held by
 * test/contract/forecasts-store.ts: [FO1] of a pool's forecasts of one day the first stays, over a restart too; [FO2] the
 * days that were stored last are kept, FORECAST_DAYS_KEPT of them, whatever the clock says; [FO3] all of one call are
 * stored, or none.
 */
export interface ForecastsStore {
  keepForecasts(kept: readonly KeptForecast[]): Promise<void>;
  /** Those of the first of these days until the last, in the order of days. */
  keptForecasts(days: { readonly from: Day; readonly to: Day }): Promise<readonly KeptForecast[]>;
}
