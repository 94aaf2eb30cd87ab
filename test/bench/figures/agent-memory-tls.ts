import { copyFile, mkdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import { AGENT_BUNDLE } from '../../support/programs/own-programs.ts';
import { type Program, startProgram } from '../../support/programs/program.ts';
import { type ProvingCollector, startProvingCollector } from '../../support/programs/proving-collector.ts';
import { runToEnd } from '../../support/programs/run-to-end.ts';
import type { Bench, Benchmark } from '../benchmark.ts';
import { readMemory } from '../process-facts.ts';
import { formatSpread, median } from '../statistics.ts';

const TRIOS = 5;

/** Long after the agent has said what this guest is. */
const SETTLE_MS = 20_000;

const MB = 1_000_000;

const EMPTY_SCRIPT = 'setInterval(() => {}, 2 ** 30);\n';

/** The least that holds a connection by TLS: it asks no authority either, and reads what comes. */
const TLS_SCRIPT = `
const socket = require('node:tls').connect({ host: '127.0.0.1', port: Number(process.argv[2]), ca: [], rejectUnauthorized: false });
socket.on('secureConnect', () => console.log('sealed')).resume();
setInterval(() => {}, 2 ** 30);
`;

interface Trio {
  readonly agent: Program;
  readonly sealed: Program;
  readonly empty: Program;
}

/**
 * The bundle, joined and idle over TLS, beside the same Node with a script that holds one connection by TLS. The host is
 * the test's own, which says no more than the proof asks for, so that nothing but the agent is measured.
 */
export const agentMemoryTls: Benchmark = {
  figures: [{ figure: 'agent-rss-tls', unit: 'x', bar: 1.2, bound: 'at most', decimals: 3 }],
  async measure(bench) {
    const stack = new AsyncDisposableStack();
    try {
      const host = stack.use(await startProvingCollector({ encrypted: true }));
      const trios = await startTrios({ bench, host, stack });
      bench.say(`${SETTLE_MS / 1000} s to settle`);
      await delay(SETTLE_MS, undefined, { signal: bench.signal });
      const resident = async (name: keyof Trio) =>
        Promise.all(trios.map(async (trio) => (await readMemory(trio[name].pid)).residentBytes / MB));
      const [agent, sealed, empty] = [await resident('agent'), await resident('sealed'), await resident('empty')];
      const toEmpty = (median(agent) / median(empty)).toFixed(3);
      bench.say(`agents: VmRSS ${formatSpread(agent, 1)} MB, ${toEmpty} x that of an empty script`);
      return {
        'agent-rss-tls': {
          value: median(agent) / median(sealed),
          against: `the same Node with one connection by TLS, ${TRIOS} pairs: VmRSS ${formatSpread(sealed, 1)} MB (in an empty script ${formatSpread(empty, 1)} MB: ${toEmpty} x)`,
        },
      };
    } finally {
      await stack.disposeAsync();
    }
  },
};

/** All scripts in one folder: the length of a script's path shows in what Node takes. */
async function startTrios({
  bench: { directory, say },
  host,
  stack,
}: {
  bench: Bench;
  host: ProvingCollector;
  stack: AsyncDisposableStack;
}): Promise<readonly Trio[]> {
  const [empty, sealed, bundle] = ['empty.cjs', 'sealed.cjs', 'agent.cjs'].map((name) => join(directory, name));
  await writeFile(empty ?? '', EMPTY_SCRIPT);
  await writeFile(sealed ?? '', TLS_SCRIPT);
  await copyFile(AGENT_BUNDLE, bundle ?? '');
  const trios: Trio[] = [];
  for (let index = 0; index < TRIOS; index += 1) {
    const own = join(directory, `${index}`);
    await mkdir(own);
    const state = ['--state-directory', join(own, 'agent')];
    // By its name, since it is no loopback to the agent then.
    const token = host.token({ addresses: [`localhost:${host.port}`] });
    const { exitCode, stderr } = await runToEnd(process.execPath, [bundle ?? '', 'join', token, ...state]);
    if (exitCode !== 0) throw new Error(`the agent did not join: ${stderr}`);
    const trio = {
      agent: stack.use(startProgram(bundle ?? '', ['run', ...state])),
      sealed: stack.use(startProgram(sealed ?? '', [`${host.port}`])),
      empty: stack.use(startProgram(empty ?? '', [])),
    };
    await Promise.all([trio.agent.says(/connected to collector/), trio.sealed.says(/sealed/)]);
    trios.push(trio);
    say(`${index + 1} of ${TRIOS}: the agent is connected`);
  }
  return trios;
}
