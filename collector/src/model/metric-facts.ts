import type { GuestRow, StatusView } from './status.ts';

/** What the gauges are read from: the views that the commands show. */
export interface MetricFacts {
  readonly status: StatusView;
  /** Without their inventories. */
  readonly guests: readonly GuestRow[];
  /** It can be read, and takes what is sampled. */
  readonly isDatabaseUp: boolean;
}
