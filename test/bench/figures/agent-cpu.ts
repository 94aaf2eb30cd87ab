import { setTimeout as delay } from 'node:timers/promises';
import type { Benchmark } from '../benchmark.ts';
import { startIdlePairs } from '../idle-pairs.ts';
import { readCpuMs, TICK_MS } from '../process-facts.ts';
import { formatSpread, median } from '../statistics.ts';

const PAIRS = 3;
const SETTLE_MS = 15_000;
const WINDOW_MS = 60_000;

/** The CPU of an agent that is connected and waits, in a minute in which nobody asks it for anything. */
export const agentCpu: Benchmark = {
  figures: [{ figure: 'agent-cpu', unit: '% of a core', bar: 0.2, bound: 'at most', decimals: 3 }],
  async measure(bench) {
    const stack = new AsyncDisposableStack();
    try {
      const pairs = await startIdlePairs({ bench, count: PAIRS, stack });
      await delay(SETTLE_MS, undefined, { signal: bench.signal });
      const before = await readAll();
      // Whoever has started has used the CPU: a nought here would mean that nothing is read.
      if (before.some(({ agent, empty }) => agent === 0 || empty === 0))
        throw new Error('/proc/PID/stat counts no CPU time here');
      const beganMs = performance.now();
      bench.say(`${WINDOW_MS / 1000} s of waiting`);
      await delay(WINDOW_MS, undefined, { signal: bench.signal });
      const after = await readAll();
      const elapsedMs = performance.now() - beganMs;

      const agents = after.map(({ agent }, index) => toPercent({ toMs: agent, fromMs: before[index]?.agent }));
      const empties = after.map(({ empty }, index) => toPercent({ toMs: empty, fromMs: before[index]?.empty }));
      bench.say(`agents: ${formatSpread(agents, 3)} %`);
      return {
        'agent-cpu': {
          value: median(agents),
          against: `the same Node idling in an empty script, ${PAIRS} pairs: ${formatSpread(empties, 3)} %; one tick is ${toPercent({ toMs: TICK_MS, fromMs: 0 }).toFixed(3)} %`,
        },
      };

      function readAll() {
        return Promise.all(
          pairs.map(async ({ agent, empty }) => ({ agent: await readCpuMs(agent), empty: await readCpuMs(empty) })),
        );
      }

      function toPercent({ toMs, fromMs = Number.NaN }: { toMs: number; fromMs: number | undefined }): number {
        return ((toMs - fromMs) / elapsedMs) * 100;
      }
    } finally {
      await stack.disposeAsync();
    }
  },
};
