import type { GuestsView, StatusView } from '../../../collector/src/model/status.ts';
import type { TrimResult } from '../../../collector/src/model/trim-result.ts';
import type { TrimSummary } from '../../../collector/src/model/trim-summary.ts';
import { type Movement, textLength } from '../waiting/movement.ts';
import { waitWhileMoving } from '../waiting/wait-while-moving.ts';
import { askApi } from './api-request.ts';
import { COLLECTOR_BIN } from './own-programs.ts';
import { type Program, startProgram } from './program.ts';
import { type CommandAnswer, runToEnd } from './run-to-end.ts';

/** Disposed of, it is stopped, and the commands that were run against it and would wait for it are killed. */
export interface CollectorUnderTest extends AsyncDisposable {
  /** Where agents on this host connect: 127.0.0.1 and this port; in a guest 10.0.2.2. */
  readonly agentPort: number;
  readonly socketPath: string;
  readonly program: Program;
  /** Runs `trimtab …` against it, as a user would. */
  trimtab(...args: readonly string[]): Promise<CommandAnswer>;
  /** The result of `trimtab trim … --json`; throws with what it said unless it ended with 0, 32 or 64. */
  trim(guest: string, ...mounts: readonly string[]): Promise<TrimResult>;
  /** What is stored, the newest first, each whole. */
  history(): Promise<readonly TrimResult[]>;
  guests(): Promise<GuestsView>;
  /** Of this moment. */
  status(): Promise<StatusView>;
  /** Resolves when a guest's agent is connected and has sent an inventory with these mounts. */
  untilConnected(who: Expected): Promise<void>;
}

export interface Expected {
  /** Its name. */
  readonly guest: string;
  readonly mounts?: readonly string[];
  /** Of the guest, or of the agent on this host: while it moves, it is waited for. */
  readonly movement: Movement;
}

/**
 * Starts a real collector with its state and socket in `directory`, on a port that the kernel chooses unless one is
 * given.
 */
export async function startCollectorProgram(options: {
  readonly directory: string;
  readonly port?: number;
  /** The address that agents reach, of those that this host has; 127.0.0.1 if absent. */
  readonly address?: string;
  readonly args?: readonly string[];
  /** Are guests taken that have not joined? They are, unless this says no: most tests are of something else. */
  readonly takesUnenrolled?: boolean;
  readonly env?: NodeJS.ProcessEnv;
  /** See program.ts. */
  readonly through?: readonly string[];
  /** What is started in the place of `trimtab`. */
  readonly script?: string;
}): Promise<CollectorUnderTest> {
  const { directory, port = 0, address = '127.0.0.1', args = [], env = {}, through = [] } = options;
  const { script = COLLECTOR_BIN } = options;
  const unenrolled = (options.takesUnenrolled ?? true) ? ['--accept-unenrolled'] : [];
  const socketPath = `${directory}/api`;
  const state = ['--socket', socketPath, '--state-directory', `${directory}/collector`];
  const serve = ['serve', '--listen', `${address}:${port}`, ...state, ...unenrolled, ...args];
  const program = startProgram(script, serve, { env, through });
  const ready = await program.says(/"agents":"wss?:\/\/[\d.]+:(\d+)\/agent"/);

  const leaving = new AbortController();
  const commands = new Set<Promise<CommandAnswer>>();
  const trimtab = async (...words: readonly string[]) => {
    const { signal } = leaving;
    const running = runToEnd(process.execPath, [COLLECTOR_BIN, ...words, '--socket', socketPath], { signal });
    commands.add(running);
    try {
      return await running;
    } finally {
      commands.delete(running);
    }
  };
  const ask = async (...words: readonly string[]) => JSON.parse((await must(trimtab, [...words, '--json'])).stdout);

  return {
    agentPort: Number(ready[1]),
    socketPath,
    program,
    trimtab,
    trim: (guest, ...mounts) => ask('trim', guest, ...mounts),
    async history() {
      const { trims } = (await ask('history')) as { readonly trims: readonly TrimSummary[] };
      const whole = await Promise.all(trims.map(({ id }) => askApi({ socketPath, path: `/v1/trims/${id}` })));
      return whole.map(({ body }) => body as TrimResult);
    },
    guests: () => ask('guests'),
    status: () => ask('status', '--now'),
    async untilConnected({ guest, mounts = [], movement }) {
      let seen: GuestsView['guests'][number] | undefined;
      await waitWhileMoving({
        what: `guest ${guest} connects${mounts.length > 0 ? ` with ${mounts.join(', ')}` : ''}`,
        // Not the collector's processor time: our own questions take that.
        movement: [...movement, textLength('the collector’s log', program.output)],
        describe: () => `The collector knows of it: ${JSON.stringify(seen)}\n${program.output()}`,
        async find() {
          const { body } = await askApi({ socketPath, path: '/v1/guests' });
          seen = (body as GuestsView).guests.find(({ name }) => name === guest);
          const mounted = seen?.inventory?.filesystems.map(({ mount }) => mount) ?? null;
          if (seen?.agent?.connected !== true || mounted === null) return null;
          return mounts.every((mount) => mounted.includes(mount)) || null;
        },
      });
    },
    async [Symbol.asyncDispose]() {
      leaving.abort();
      await Promise.allSettled([...commands, program.stop()]);
    },
  };
}

/** fstrim's own exit codes are answers: some or all filesystems could not be trimmed. */
const ANSWERS = [0, 32, 64];

async function must(trimtab: CollectorUnderTest['trimtab'], words: readonly string[]): Promise<CommandAnswer> {
  const answer = await trimtab(...words);
  if (ANSWERS.includes(answer.exitCode)) return answer;
  throw new Error(`trimtab ${words.join(' ')} ended with ${answer.exitCode}: ${answer.stderr}${answer.stdout}`);
}
