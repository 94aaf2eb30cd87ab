import { Gauge, Registry } from '@prometheus-io/client';
import type { MetricFacts } from '../model/metric-facts.ts';
import type { TrimResult } from '../model/trim-result.ts';
import { FORECAST_GAUGES } from './forecast-gauges.ts';
import type { GaugeRow } from './gauge-row.ts';
import { GUEST_GAUGES } from './guest-gauges.ts';
import { HOST_GAUGES } from './host-gauges.ts';
import { POOL_GAUGES } from './pool-gauges.ts';
import { createTrimCounters } from './trim-counters.ts';

export const GAUGES: readonly GaugeRow[] = [...POOL_GAUGES, ...FORECAST_GAUGES, ...HOST_GAUGES];

export interface Exposition {
  concluded(result: TrimResult): void;
  /** Prometheus' text format (prometheus.io/docs/instrumenting/exposition_formats). */
  tell(facts: MetricFacts): Promise<string>;
}

export function createExposition({
  version,
  perGuest,
  addOwn,
}: {
  /** Of the collector. */
  readonly version: string;
  readonly perGuest: boolean;
  /** Adds what this process takes, once somebody asks. */
  readonly addOwn: (registry: Registry) => void;
}): Exposition {
  const registry = new Registry();
  const counters = createTrimCounters(registry);
  const rows = perGuest ? [...GAUGES, ...GUEST_GAUGES] : GAUGES;
  const gauges = rows.map((row) => ({ row, gauge: toGauge(row, registry) }));
  new Gauge({ ...BUILD, labelNames: ['version'], registers: [registry] }).set({ version }, 1);
  let hasOwn = false;
  return {
    concluded: counters.concluded,
    async tell(facts) {
      if (!hasOwn) addOwn(registry);
      hasOwn = true;
      for (const { row, gauge } of gauges) {
        // What is gone has no value any more.
        gauge.reset();
        for (const { labels, value } of row.read(facts)) gauge.set(toLabels(row, labels), value);
      }
      return registry.metrics();
    },
  };
}

export const BUILD = { name: 'trimtab_build_info', help: 'Always 1: the version of the collector.' };

function toGauge({ name, help, labels }: GaugeRow, registry: Registry): Gauge<string> {
  return new Gauge({ name, help, labelNames: [...labels], registers: [registry] });
}

function toLabels({ labels }: GaugeRow, values: readonly string[]): Record<string, string> {
  return Object.fromEntries(labels.map((label, at) => [label, values[at] ?? '']));
}
