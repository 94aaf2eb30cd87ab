import { type ChildProcess, spawn } from 'node:child_process';
import { type Movement, processorTime, textLength } from '../waiting/movement.ts';
import { GaveUp, waitWhileMoving } from '../waiting/wait-while-moving.ts';

export interface Program extends AsyncDisposable {
  readonly pid: number;
  /** Both of its streams so far, as they came. */
  output(): string;
  /** What moves while it does anything: its output, and its processor time. */
  readonly movement: Movement;
  /**
   * Resolves with the first match in its output, or in what is behind `from`; throws when it ends first or does nothing
   * any more.
   */
  says(pattern: RegExp, options?: { readonly from?: number }): Promise<RegExpExecArray>;
  hasEnded(): boolean;
  /** Resolves when it has ended by itself; null when a signal ended it. */
  exitCode(): Promise<number | null>;
  /** SIGTERM, and SIGKILL when that is not heard. Resolves when it is gone. */
  stop(): Promise<void>;
  /** SIGKILL, as a crash would be. Resolves when it is gone. */
  kill(): Promise<void>;
}

/** Long enough for a program that flushes a database on an emulating machine. */
const GRACE_MS = 5_000;
/** What it said is used to hit a moment of what it does. */
const BETWEEN_READS_MS = 5;

export interface ProgramOptions {
  readonly env?: NodeJS.ProcessEnv;
  /** A command that ends by executing what follows it, as `unshare --mount`. */
  readonly through?: readonly string[];
}

/**
 * Starts one of our programs so that it dies with this process, however this one dies (setpriv(1)), and in a session of
 * its own, which Ctrl-C on a terminal does not reach.
 */
export function startProgram(
  script: string,
  args: readonly string[],
  { env = {}, through = [] }: ProgramOptions = {},
): Program {
  const child = spawn('setpriv', ['--pdeathsig', 'KILL', ...through, process.execPath, script, ...args], {
    stdio: ['ignore', 'pipe', 'pipe'],
    env: { ...process.env, ...env },
    detached: true,
  });
  let output = '';
  for (const stream of [child.stdout, child.stderr]) {
    stream?.setEncoding('utf8').on('data', (text: string) => {
      output += text;
    });
  }
  let ended = false;
  const exited = new Promise<number | null>((resolve) => {
    child.once('close', (exitCode) => {
      ended = true;
      resolve(exitCode);
    });
  });
  const pid = child.pid ?? -1;
  const movement = [textLength('its output', () => output), processorTime(script, pid)];
  const program: Program = {
    pid,
    output: () => output,
    hasEnded: () => ended,
    exitCode: () => exited,
    movement,
    says: (pattern, { from = 0 } = {}) =>
      waitWhileMoving({
        what: `${script} says ${pattern}`,
        movement,
        betweenMs: BETWEEN_READS_MS,
        describe: () => output,
        find() {
          const match = pattern.exec(output.slice(from));
          if (match === null && ended) throw new GaveUp(`${script} ended without saying ${pattern}:\n${output}`);
          return match;
        },
      }),
    stop: () => end(child, exited, 'SIGTERM'),
    kill: () => end(child, exited, 'SIGKILL'),
    [Symbol.asyncDispose]: () => program.stop(),
  };
  return program;
}

async function end(child: ChildProcess, exited: Promise<unknown>, signal: NodeJS.Signals): Promise<void> {
  child.kill(signal);
  const late = setTimeout(() => child.kill('SIGKILL'), GRACE_MS);
  await exited;
  clearTimeout(late);
}
