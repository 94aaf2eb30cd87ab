import { mkdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { startCollectorProgram } from '../support/programs/collector.ts';
import { startHostAgent } from '../support/programs/host-agent.ts';
import { startProgram } from '../support/programs/program.ts';
import type { Bench } from './benchmark.ts';

export interface IdlePair {
  /** Process ids. */
  readonly agent: number;
  readonly empty: number;
}

/** As the agent waits: on a timer that never comes. */
const EMPTY_SCRIPT = 'setInterval(() => {}, 2 ** 30);\n';

/**
 * Agents that are connected and idle, each beside the same Node with an empty script, started in turn. Every agent has
 * a real collector of its own, for they are all this host and one collector would keep the last of them. Their state is
 * new, so each has asked what the guest is, as an agent does once a boot.
 */
export async function startIdlePairs({
  bench: { directory, say },
  count,
  stack,
}: {
  bench: Bench;
  count: number;
  /** Ends them all. */
  stack: AsyncDisposableStack;
}): Promise<readonly IdlePair[]> {
  const script = join(directory, 'empty.cjs');
  await writeFile(script, EMPTY_SCRIPT);
  const pairs: IdlePair[] = [];
  for (let index = 0; index < count; index += 1) {
    const own = join(directory, `${index}`);
    await mkdir(own);
    const collector = stack.use(await startCollectorProgram({ directory: own }));
    const agent = stack.use(startHostAgent({ directory: own, port: collector.agentPort }));
    const empty = stack.use(startProgram(script, []));
    await agent.says(/connected to collector/);
    pairs.push({ agent: agent.pid, empty: empty.pid });
    say(`pair ${index + 1} of ${count}: the agent is connected`);
  }
  return pairs;
}
