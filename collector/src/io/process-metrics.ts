import { collectDefaultMetrics, type Registry } from '@prometheus-io/client';

/** How often the delay of the event loop is looked at: each look wakes the process. */
const LAG_EVERY_MS = 100;

/** Of the client's own figures those that say how a program is; some of the others have names that promtool refuses. */
const TOLD = /^(?:process_|nodejs_(?:eventloop_lag_|heap_size_|version_info))/;

/** What this process takes, by the client's own names: `process_cpu_seconds_total`, `nodejs_eventloop_lag_seconds` … */
export function addProcessMetrics(register: Registry): void {
  const before = new Set(register.getMetricsAsArray().map(({ name }) => name));
  collectDefaultMetrics({ register, eventLoopMonitoringPrecision: LAG_EVERY_MS });
  for (const { name } of register.getMetricsAsArray())
    if (!before.has(name) && !TOLD.test(name)) register.removeSingleMetric(name);
}
