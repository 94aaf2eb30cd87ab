import { type ChildProcess, spawn } from 'node:child_process';
import { setTimeout as delay } from 'node:timers/promises';

export interface Program extends AsyncDisposable {
  readonly pid: number;
  /** Both of its streams so far, as they came. */
  output(): string;
  /** Resolves with the first match in its output, or in what is behind `from`; throws when it ends first or the deadline comes. */
  says(pattern: RegExp, options?: { readonly deadlineMs?: number; readonly from?: number }): Promise<RegExpExecArray>;
  hasEnded(): boolean;
  /** SIGTERM, and SIGKILL when that is not heard. Resolves when it is gone. */
  stop(): Promise<void>;
  /** SIGKILL, as a crash would be. Resolves when it is gone. */
  kill(): Promise<void>;
}

/** Long enough for a program that flushes a database on an emulating machine. */
const GRACE_MS = 5_000;

export interface ProgramOptions {
  readonly env?: NodeJS.ProcessEnv;
  /** A command that ends by executing what follows it, as `unshare --mount`. */
  readonly through?: readonly string[];
}

/**
 * Starts one of our programs so that it dies with this process, however this one dies (setpriv(1)), and in a session of its own,
 * which Ctrl-C on a terminal does not reach.
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
  let wake = () => {};
  for (const stream of [child.stdout, child.stderr]) {
    stream?.setEncoding('utf8').on('data', (text: string) => {
      output += text;
      wake();
    });
  }
  let ended = false;
  const exited = new Promise<void>((resolve) => {
    child.once('close', () => {
      ended = true;
      wake();
      resolve();
    });
  });
  const program: Program = {
    pid: child.pid ?? -1,
    output: () => output,
    hasEnded: () => ended,
    async says(pattern, { deadlineMs = 20_000, from = 0 } = {}) {
      const untilMs = performance.now() + deadlineMs;
      for (;;) {
        const match = pattern.exec(output.slice(from));
        if (match !== null) return match;
        if (ended) throw new Error(`${script} ended without saying ${pattern}:\n${output}`);
        if (performance.now() > untilMs)
          throw new Error(`${script} has not said ${pattern} in ${deadlineMs} ms:\n${output}`);
        await Promise.race([new Promise<void>((resolve) => (wake = resolve)), delay(100)]);
      }
    },
    stop: () => end(child, exited, 'SIGTERM'),
    kill: () => end(child, exited, 'SIGKILL'),
    [Symbol.asyncDispose]: () => program.stop(),
  };
  return program;
}

async function end(child: ChildProcess, exited: Promise<void>, signal: NodeJS.Signals): Promise<void> {
  child.kill(signal);
  const late = setTimeout(() => child.kill('SIGKILL'), GRACE_MS);
  await exited;
  clearTimeout(late);
}
