import { addProcessMetrics } from '../io/process-metrics.ts';
import { createExposition, type Exposition } from '../metrics/exposition.ts';
import type { CollectorSettings } from '../settings.ts';
import { COLLECTOR_VERSION } from '../version.ts';

/** The figures of this collector. */
export function composeExposition({ metricsPerGuest }: Pick<CollectorSettings, 'metricsPerGuest'>): Exposition {
  return createExposition({ version: COLLECTOR_VERSION, perGuest: metricsPerGuest, addOwn: addProcessMetrics });
}
