import { copyFile, mkdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { startCollectorProgram } from '../support/programs/collector.ts';
import { AGENT_BUNDLE } from '../support/programs/own-programs.ts';
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
 *
 * Both scripts are in one folder. Node takes a script's path apart letter by letter before it runs any of it, and for
 * a long one (46 letters, not 41) V8 finds that worth optimising: the compiler's own code then adds 2.1 MB to VmRSS.
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
  const [script, bundle] = [join(directory, 'empty.cjs'), join(directory, 'agent.cjs')];
  await writeFile(script, EMPTY_SCRIPT);
  await copyFile(AGENT_BUNDLE, bundle);
  const pairs: IdlePair[] = [];
  for (let index = 0; index < count; index += 1) {
    const own = join(directory, `${index}`);
    await mkdir(own);
    const collector = stack.use(await startCollectorProgram({ directory: own }));
    const collectorAt = ['--collector', `127.0.0.1:${collector.agentPort}`];
    const agent = stack.use(startProgram(bundle, ['run', ...collectorAt, '--state-directory', join(own, 'agent')]));
    const empty = stack.use(startProgram(script, []));
    await agent.says(/connected to collector/);
    pairs.push({ agent: agent.pid, empty: empty.pid });
    say(`pair ${index + 1} of ${count}: the agent is connected`);
  }
  return pairs;
}
