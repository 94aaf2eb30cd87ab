import { describe, expect, it } from 'vitest';
import { addDays } from '../../collector/src/model/day-steps.ts';
import { FORECAST_DAYS_KEPT, type KeptForecast } from '../../collector/src/ports/store/forecasts.ts';
import type { Store } from '../../collector/src/ports/store/store.ts';
import { FILLING_POOL } from '../collector/api/foresight-example.ts';
import { type StorePlace, useStorePlace } from './store-place.ts';

const ALWAYS = { from: '0000-01-01', to: '9999-12-31' };

function keptOf(day: string, given: Partial<KeptForecast> = {}): KeptForecast {
  const { pool, kind, sizeBytes, usedBytes, asItGoes: forecast } = FILLING_POOL;
  return { day, pool, kind, sizeBytes, usedBytes, forecast, ...given };
}

/** What every implementation of the port `ForecastsStore` owes; the rules [FO1] to [FO3] stand in the port. */
export function forecastsContract(name: string, createPlace: () => Promise<StorePlace>): void {
  describe(`forecasts contract: ${name}`, () => {
    let store: Store;
    const { reopen } = useStorePlace({
      createPlace,
      guests: [],
      onOpen: (opened) => {
        store = opened;
      },
    });

    it('[FO1] of a pool’s forecasts of one day the first stays, and is told as it was after a restart', async () => {
      const first = [keptOf('2026-02-28'), keptOf('2026-02-28', { kind: 'pool-metadata', usedBytes: 2 ** 50 })];
      await store.keepForecasts(first);
      const other = keptOf('2026-02-28', { pool: 'vg/b' });
      await store.keepForecasts([keptOf('2026-02-28', { usedBytes: 1 }), other, keptOf('2026-03-01')]);
      await reopen();
      expect(await store.keptForecasts(ALWAYS)).toEqual([...first, other, keptOf('2026-03-01')]);
      expect(await store.keptForecasts({ from: '2026-03-01', to: '2026-03-01' })).toEqual([keptOf('2026-03-01')]);
      expect(await store.keptForecasts({ from: '2026-03-02', to: '2026-04-01' })).toEqual([]);
    });

    it('[FO2] the days that were stored last are kept, whatever the clock says', async () => {
      await store.keepForecasts([keptOf('2099-01-01'), keptOf('2025-01-01')]);
      const days = Array.from({ length: FORECAST_DAYS_KEPT - 1 }, (_, index) => addDays('2025-01-02', index));
      await store.keepForecasts(days.map((day) => keptOf(day)));
      expect((await store.keptForecasts(ALWAYS)).map(({ day }) => day)).toEqual(['2025-01-01', ...days]);
    });

    it('[FO3] all of one call are stored, or none', async () => {
      const broken = { ...keptOf('2026-03-02'), pool: null } as unknown as KeptForecast;
      await expect(store.keepForecasts([keptOf('2026-03-01'), broken])).rejects.toThrow();
      expect(await store.keptForecasts(ALWAYS)).toEqual([]);
    });
  });
}
