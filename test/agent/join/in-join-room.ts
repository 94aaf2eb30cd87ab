import { mkdtemp, readFile, rm, stat } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { type Ended, type RunningAgent, startAgent } from '../support/agent-program.ts';

/** An agent's state directory, and its program. */
export interface JoinRoom extends AsyncDisposable {
  readonly stateDirectory: string;
  readonly folder: string;
  join(args: readonly string[], how?: { readonly input?: string; readonly within?: readonly string[] }): Promise<Ended>;
  /** Stays until the end of the test. */
  run(args?: readonly string[], how?: { readonly environment?: Readonly<Record<string, string>> }): RunningAgent;
  /** What joined.json holds; null where there is none. */
  joined(): Promise<{ readonly collectors: readonly Readonly<Record<string, unknown>>[] } | null>;
  mode(): Promise<number>;
}

export async function openJoinRoom(): Promise<JoinRoom> {
  const folder = await mkdtemp(join(tmpdir(), 'trimtab-join-'));
  const stateDirectory = join(folder, 'state');
  const file = join(stateDirectory, 'joined.json');
  const own = ['--state-directory', stateDirectory];
  const agents: RunningAgent[] = [];
  const start = (call: Parameters<typeof startAgent>[0]) => {
    const agent = startAgent(call);
    agents.push(agent);
    return agent;
  };
  return {
    stateDirectory,
    folder,
    join(args, { input = '', within = [] } = {}) {
      const agent = start({ args: ['join', ...args, ...own], within });
      agent.process.stdin?.end(input);
      return agent.ended;
    },
    run: (args = [], { environment = {} } = {}) => start({ args: ['run', ...own, ...args], environment }),
    async joined() {
      try {
        return JSON.parse(await readFile(file, 'utf8'));
      } catch (error) {
        if ((error as NodeJS.ErrnoException).code === 'ENOENT') return null;
        throw error;
      }
    },
    mode: async () => (await stat(file)).mode & 0o777,
    async [Symbol.asyncDispose]() {
      for (const { process } of agents) process.kill('SIGKILL');
      await Promise.all(agents.map(({ ended }) => ended));
      await rm(folder, { recursive: true, force: true });
    },
  };
}
