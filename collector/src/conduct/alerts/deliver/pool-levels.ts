import { daysBetween } from '../../../model/day-steps.ts';
import type { Forecast } from '../../../model/forecast.ts';
import type { PoolState } from '../../../model/pool.ts';
import type { PoolLevel } from '../../../model/pool-level.ts';

/** How pools stand, for receivers that show it: by what is free now, and by their last forecasts. */
export function toPoolLevels({
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
