import { spawn } from 'node:child_process';
import type { GuestsView, StatusView } from '../../../collector/src/model/status.ts';
import type { TrimResult } from '../../../collector/src/model/trim-result.ts';
import { COLLECTOR_BIN } from './own-programs.ts';
import { type Program, startProgram } from './program.ts';

export interface CommandAnswer {
  readonly exitCode: number;
  readonly stdout: string;
  readonly stderr: string;
}

export interface CollectorUnderTest extends AsyncDisposable {
  /** Where agents on this host connect: 127.0.0.1 and this port; in a guest 10.0.2.2. */
  readonly agentPort: number;
  readonly socketPath: string;
  readonly program: Program;
  /** Runs `trimtab …` against it, as a user would. */
  trimtab(...args: readonly string[]): Promise<CommandAnswer>;
  /** The result of `trimtab trim … --json`; throws with what it said unless it ended with 0, 32 or 64. */
  trim(guest: string, ...mounts: readonly string[]): Promise<TrimResult>;
  history(): Promise<readonly TrimResult[]>;
  guests(): Promise<GuestsView>;
  status(): Promise<StatusView>;
  /** Resolves when this guest's agent is connected and has sent an inventory with these mounts. */
  untilConnected(guest: string, mounts?: readonly string[], deadlineMs?: number): Promise<void>;
}

/** Starts a real collector with its state and socket in `directory`, on a port that the kernel chooses unless one is given. */
export async function startCollectorProgram(options: {
  readonly directory: string;
  readonly port?: number;
  readonly args?: readonly string[];
}): Promise<CollectorUnderTest> {
  const { directory, port = 0, args = [] } = options;
  const socketPath = `${directory}/api`;
  const state = ['--socket', socketPath, '--state-directory', `${directory}/collector`];
  const program = startProgram(COLLECTOR_BIN, ['serve', '--listen', `127.0.0.1:${port}`, ...state, ...args]);
  const ready = await program.says(/"agents":"ws:\/\/127\.0\.0\.1:(\d+)\/agent"/);

  const trimtab = (...words: readonly string[]) => runCli([...words, '--socket', socketPath]);
  const ask = async (...words: readonly string[]) => JSON.parse((await must(trimtab, [...words, '--json'])).stdout);

  return {
    agentPort: Number(ready[1]),
    socketPath,
    program,
    trimtab,
    trim: (guest, ...mounts) => ask('trim', guest, ...mounts),
    history: async () => (await ask('history')).trims,
    guests: () => ask('guests'),
    status: () => ask('status'),
    async untilConnected(guest, mounts = [], deadlineMs = 60_000) {
      const untilMs = performance.now() + deadlineMs;
      for (;;) {
        const found = ((await ask('guests')) as GuestsView).guests.find(({ name }) => name === guest);
        const mounted = found?.inventory?.filesystems.map(({ mount }) => mount) ?? null;
        if (found?.agent?.connected === true && mounted !== null && mounts.every((mount) => mounted.includes(mount)))
          return;
        if (performance.now() > untilMs) {
          throw new Error(
            `guest ${guest} with ${mounts} has not connected: ${JSON.stringify(found)}\n${program.output()}`,
          );
        }
        await new Promise((resolve) => setTimeout(resolve, 100));
      }
    },
    [Symbol.asyncDispose]: () => program.stop(),
  };
}

/** fstrim's own exit codes are answers: some or all filesystems could not be trimmed. */
const ANSWERS = [0, 32, 64];

async function must(trimtab: CollectorUnderTest['trimtab'], words: readonly string[]): Promise<CommandAnswer> {
  const answer = await trimtab(...words);
  if (ANSWERS.includes(answer.exitCode)) return answer;
  throw new Error(`trimtab ${words.join(' ')} ended with ${answer.exitCode}: ${answer.stderr}${answer.stdout}`);
}

function runCli(args: readonly string[]): Promise<CommandAnswer> {
  const child = spawn(process.execPath, [COLLECTOR_BIN, ...args], { stdio: ['ignore', 'pipe', 'pipe'] });
  const texts = { stdout: '', stderr: '' };
  for (const name of ['stdout', 'stderr'] as const) {
    child[name].setEncoding('utf8').on('data', (text: string) => {
      texts[name] += text;
    });
  }
  return new Promise((resolve, reject) => {
    child.once('error', reject);
    child.once('close', (exitCode) => resolve({ exitCode: exitCode ?? -1, ...texts }));
  });
}
