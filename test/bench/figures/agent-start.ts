import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import { type FakeCollector, startFakeCollector } from '../../agent/support/fake-collector.ts';
import { AGENT_BUNDLE } from '../../support/programs/own-programs.ts';
import type { Benchmark } from '../benchmark.ts';
import { formatSpread, median } from '../statistics.ts';

const ROUNDS = 25;
const FACTS_DEADLINE_MS = 20_000;

/**
 * From the start of the process to its line that it is connected: the welcome has arrived. The other side is a listener
 * in this process, so that no collector's disk is in the figure.
 */
export const agentStart: Benchmark = {
  figures: [{ figure: 'agent-start', unit: 'x', bar: 3, bound: 'at most', decimals: 2 }],
  async measure({ directory, say, signal }) {
    const script = join(directory, 'empty.cjs');
    await writeFile(script, '');
    const collector = await startFakeCollector();
    const agent = [
      AGENT_BUNDLE,
      'run',
      '--collector',
      collector.address,
      '--state-directory',
      join(directory, 'agent'),
    ];
    try {
      await untilFactsAreKnown({ agent, collector });
      const agents: number[] = [];
      const empties: number[] = [];
      for (let round = 0; round < ROUNDS; round += 1) {
        signal.throwIfAborted();
        agents.push(await timeToConnected(agent));
        empties.push(await timeToEnd([script]));
      }
      say(`agent: ${formatSpread(agents, 1)} ms`);
      return {
        'agent-start': {
          value: median(agents) / median(empties),
          against: `the run of an empty script by the same Node, ${ROUNDS} of each: ${formatSpread(empties, 1)} ms`,
        },
      };
    } finally {
      await collector.close();
    }
  },
};

/**
 * Once a boot an agent that is connected asks a child what the guest is; killed meanwhile, it would leave it to disturb
 * the next.
 */
async function untilFactsAreKnown({ agent, collector }: { agent: readonly string[]; collector: FakeCollector }) {
  const child = start(agent);
  try {
    const untilMs = performance.now() + FACTS_DEADLINE_MS;
    while (!collector.heard.some((message) => message.type === 'inventory' && message.inventory.facts !== null)) {
      if (performance.now() > untilMs) throw new Error('the agent has not said what this guest is');
      await delay(50);
    }
  } finally {
    await kill(child);
  }
}

async function timeToConnected(agent: readonly string[]): Promise<number> {
  const beganMs = performance.now();
  const child = start(agent);
  let said = '';
  for await (const text of child.stderr?.setEncoding('utf8').iterator({ destroyOnReturn: false }) ?? []) {
    said += text;
    if (said.includes('connected to collector')) break;
  }
  const elapsedMs = performance.now() - beganMs;
  await kill(child);
  if (!said.includes('connected to collector')) throw new Error(`the agent did not connect: ${said}`);
  return elapsedMs;
}

async function timeToEnd(args: readonly string[]): Promise<number> {
  const beganMs = performance.now();
  await once(start(args), 'exit');
  return performance.now() - beganMs;
}

function start(args: readonly string[]): ChildProcess {
  return spawn(process.execPath, args, { stdio: ['ignore', 'ignore', 'pipe'] });
}

async function kill(child: ChildProcess): Promise<void> {
  if (child.exitCode !== null || child.signalCode !== null) return;
  const exited = once(child, 'exit');
  child.kill('SIGKILL');
  await exited;
}
