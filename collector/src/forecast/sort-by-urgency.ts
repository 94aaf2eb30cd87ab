import type { Forecast } from '../model/forecast.ts';
import type { PoolForesight } from '../model/foresight.ts';

/** What is full first, then by the day on which it will be, then by how likely it is that it soon is. */
export function sortByUrgency(pools: readonly PoolForesight[]): readonly PoolForesight[] {
  return pools.toSorted(
    (one, other) =>
      dayOf(one.asItGoes).localeCompare(dayOf(other.asItGoes)) ||
      chanceOf(other.asItGoes) - chanceOf(one.asItGoes) ||
      one.pool.localeCompare(other.pool) ||
      one.kind.localeCompare(other.kind),
  );
}

/** Days in their order, as text. */
function dayOf({ kind, at, median }: Forecast): string {
  return kind === 'full' ? at : (median ?? '9999-12-31');
}

/** What is not known yet may be anything, and comes last. */
function chanceOf({ within }: Forecast): number {
  return within === null ? -1 : within['90'];
}
