import { toReason } from '@trimtab/protocol/shared';
import { daysBetween } from '../../../model/day-steps.ts';
import type { Forecast } from '../../../model/forecast.ts';
import type { PoolState } from '../../../model/pool.ts';
import type { PoolLevel } from '../../../model/pool-level.ts';
import type { Foresight } from '../../../ports/foresight.ts';
import type { Log } from '../../../ports/log.ts';

/**
 * How pools stand, for receivers that show it: by what was sampled last, and by their last forecasts. Where these cannot
 * be read, as while the database is away, what is free is told all the same.
 */
export function createReadLevels({
  readPools,
  foresight,
  log,
}: {
  readonly readPools: () => Promise<readonly PoolState[]>;
  readonly foresight: Foresight;
  readonly log: Pick<Log, 'warn'>;
}): () => Promise<readonly PoolLevel[]> {
  let isTold = false;
  return async () => {
    const [pools, forecasts] = await Promise.all([
      readPools(),
      foresight.poolForecasts().catch((error: unknown) => {
        if (!isTold) log.warn({ reason: toReason(error) }, NO_FORECASTS);
        isTold = true;
        return null;
      }),
    ]);
    if (forecasts !== null) isTold = false;
    return toPoolLevels({ pools, forecasts: forecasts ?? [] });
  };
}

const NO_FORECASTS = 'no forecast is available for those who show the pools; what is free is told all the same';

function toPoolLevels({
  pools,
  forecasts,
}: {
  readonly pools: readonly PoolState[];
  readonly forecasts: readonly { readonly pool: string; readonly forecast: Forecast }[];
}): readonly PoolLevel[] {
  return pools.map(({ key, sizeBytes, freeBytes, metadata }) => {
    const forecast = forecasts.find(({ pool }) => pool === key)?.forecast ?? null;
    return {
      pool: key,
      freeShare: sizeBytes > 0 ? freeBytes / sizeBytes : null,
      daysUntilFull: forecast && countDays(forecast),
      hasMetadata: metadata !== null,
    };
  });
}

function countDays({ kind, at, median }: Forecast): number | null {
  if (kind === 'full') return 0;
  return median === null ? null : daysBetween({ from: at, to: median });
}
