import type { Benchmark } from './benchmark.ts';
import { agentBundle } from './figures/agent-bundle.ts';
import { agentCost } from './figures/agent-cost.ts';
import { agentCpu } from './figures/agent-cpu.ts';
import { agentMemory } from './figures/agent-memory.ts';
import { agentMemoryTls } from './figures/agent-memory-tls.ts';
import { agentStart } from './figures/agent-start.ts';
import { decode } from './figures/decode.ts';
import { diagnose } from './figures/diagnose.ts';
import { fleet } from './figures/fleet.ts';
import { forecastAll } from './figures/forecast-all.ts';
import { forecastQuality } from './figures/forecast-quality.ts';
import { guests } from './figures/guests.ts';
import { history } from './figures/history.ts';
import { hostReading } from './figures/host-reading.ts';
import { ingest } from './figures/ingest.ts';
import { manyAgents, manyAgentsTls } from './figures/many-agents.ts';
import { metrics } from './figures/metrics.ts';
import { packageSize } from './figures/package-size.ts';
import { qgaOverhead } from './figures/qga-overhead.ts';
import { qgaUse } from './figures/qga-use.ts';
import { refresh } from './figures/refresh.ts';
import { sample } from './figures/sample.ts';
import { settle } from './figures/settle.ts';
import { trimOverhead } from './figures/trim-overhead.ts';
import { underAttack } from './figures/under-attack.ts';
import { watch } from './figures/watch.ts';

/**
 * All there is to measure, in the order it is measured. A new figure is a file in figures/, a line here and one in
 * docs/performance.md.
 */
export const BENCHMARKS: readonly Benchmark[] = [
  trimOverhead,
  agentMemory,
  agentMemoryTls,
  agentBundle,
  packageSize,
  agentStart,
  agentCpu,
  agentCost,
  manyAgents,
  manyAgentsTls,
  decode,
  sample,
  refresh,
  hostReading,
  diagnose,
  settle,
  fleet,
  guests,
  metrics,
  history,
  ingest,
  qgaOverhead,
  qgaUse,
  watch,
  ...underAttack,
  forecastAll,
  forecastQuality,
];

export const FIGURE_NAMES: readonly string[] = BENCHMARKS.flatMap(({ figures }) => figures.map(({ figure }) => figure));
