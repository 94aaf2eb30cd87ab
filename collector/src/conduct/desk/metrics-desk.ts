import { createSharedReading } from '../../coordinate/shared-reading.ts';
import type { Exposition } from '../../metrics/exposition.ts';
import type { GuestsDesk } from '../../ports/desk/guests.ts';
import type { MetricsDesk } from '../../ports/desk/metrics.ts';
import type { OverviewDesk } from '../../ports/desk/overview.ts';
import type { StoreHealth } from '../survey/store-health.ts';

export interface MetricsDeps {
  readonly exposition: Pick<Exposition, 'tell'>;
  readonly health: StoreHealth;
}

/** The figures of what the other desks tell. However many scrape at once, it is put together once for all. */
export function createMetricsDesk(
  { exposition, health }: MetricsDeps,
  { status, guests }: Pick<OverviewDesk, 'status'> & Pick<GuestsDesk, 'guests'>,
): MetricsDesk {
  return {
    metrics: createSharedReading(async () => {
      const [overview, known] = await Promise.all([status({ now: false }), guests({ inventories: false })]);
      const isDatabaseUp = health.findings().length === 0;
      return exposition.tell({ status: overview, guests: known.guests, isDatabaseUp });
    }),
  };
}
