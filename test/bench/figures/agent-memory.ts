import { setTimeout as delay } from 'node:timers/promises';
import type { Benchmark } from '../benchmark.ts';
import { startIdlePairs } from '../idle-pairs.ts';
import { readMemory } from '../process-facts.ts';
import { formatSpread, median } from '../statistics.ts';

const PAIRS = 5;

/** Long after the agent has said what this guest is; nothing is due before its next ping. */
const SETTLE_MS = 20_000;

const MB = 1_000_000;

/** The bundle, connected to a real collector and idle, beside the same Node with an empty script. */
export const agentMemory: Benchmark = {
  figures: [
    { figure: 'agent-rss', unit: 'x', bar: 1.25, bound: 'at most', decimals: 3 },
    { figure: 'agent-private', unit: 'MB', bar: 8, bound: 'at most', decimals: 2 },
  ],
  async measure(bench) {
    const stack = new AsyncDisposableStack();
    try {
      const pairs = await startIdlePairs({ bench, count: PAIRS, stack });
      bench.say(`${SETTLE_MS / 1000} s to settle`);
      await delay(SETTLE_MS, undefined, { signal: bench.signal });
      const agents = await Promise.all(pairs.map(({ agent }) => readMemory(agent)));
      const empties = await Promise.all(pairs.map(({ empty }) => readMemory(empty)));

      const resident = {
        agent: agents.map(({ residentBytes }) => residentBytes / MB),
        empty: empties.map(({ residentBytes }) => residentBytes / MB),
      };
      const dirty = {
        agent: agents.map(({ privateDirtyBytes }) => privateDirtyBytes / MB),
        empty: empties.map(({ privateDirtyBytes }) => privateDirtyBytes / MB),
      };
      bench.say(
        `agents: VmRSS ${formatSpread(resident.agent, 1)} MB, Private_Dirty ${formatSpread(dirty.agent, 1)} MB`,
      );
      const empty = `the same Node idling in an empty script, ${PAIRS} pairs`;
      return {
        'agent-rss': {
          value: median(resident.agent) / median(resident.empty),
          against: `${empty}: VmRSS ${formatSpread(resident.empty, 1)} MB`,
        },
        'agent-private': {
          value: median(dirty.agent) - median(dirty.empty),
          against: `${empty}: Private_Dirty ${formatSpread(dirty.empty, 1)} MB`,
        },
      };
    } finally {
      await stack.disposeAsync();
    }
  },
};
