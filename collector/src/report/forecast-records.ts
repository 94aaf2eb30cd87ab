import { daysBetween } from '../model/day-steps.ts';
import type { ForecastRecord } from '../model/report.ts';
import type { KeptForecast } from '../ports/store/forecasts.ts';

/**
 * Of each pool what was foreseen first in a stretch of time, held against what was foreseen last. Those of which only
 * one day is kept say nothing yet.
 */
export function toForecastRecords(kept: readonly KeptForecast[]): readonly ForecastRecord[] {
  const byPool = Map.groupBy(kept, ({ kind, pool }) => `${kind} ${pool}`);
  return [...byPool.values()].flatMap((own) => {
    const [first, last] = [own[0], own.at(-1)];
    if (first === undefined || last === undefined || first.day >= last.day) return [];
    const { growthPerDay } = first.forecast;
    const days = daysBetween({ from: first.day, to: last.day });
    return {
      pool: first.pool,
      kind: first.kind,
      foreseenOn: first.day,
      first: first.forecast,
      last: last.forecast,
      foretoldBytes: growthPerDay === null ? null : growthPerDay * days,
      grewBytes: last.usedBytes - first.usedBytes,
    };
  });
}
