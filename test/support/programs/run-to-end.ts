import { type ChildProcess, spawn } from 'node:child_process';
import { processorTime } from '../waiting/movement.ts';
import { settleWhileMoving } from '../waiting/wait-while-moving.ts';

export interface CommandAnswer {
  readonly exitCode: number;
  readonly stdout: string;
  readonly stderr: string;
}

/**
 * Runs a program to its end, whatever its exit code and however long it takes: one that waits for a guest waits as long
 * as that. When `signal` aborts it is killed.
 */
export async function runToEnd(
  file: string,
  args: readonly string[],
  { signal }: { readonly signal?: AbortSignal } = {},
): Promise<CommandAnswer> {
  const { child, ended } = start(file, args);
  const kill = () => void child.kill('SIGKILL');
  if (signal?.aborted === true) kill();
  signal?.addEventListener('abort', kill);
  try {
    return await ended;
  } finally {
    signal?.removeEventListener('abort', kill);
  }
}

/** The same for one that has nothing to wait for: when it stands still it is killed, and this throws. */
export async function runAtOnce(file: string, args: readonly string[]): Promise<CommandAnswer> {
  const { child, ended } = start(file, args);
  try {
    const what = [file, ...args].join(' ');
    return await settleWhileMoving({
      what: `${what} ends`,
      movement: [processorTime(file, child.pid ?? -1)],
      promise: ended,
    });
  } finally {
    child.kill('SIGKILL');
  }
}

function start(file: string, args: readonly string[]): { child: ChildProcess; ended: Promise<CommandAnswer> } {
  const child = spawn(file, args, { stdio: ['ignore', 'pipe', 'pipe'] });
  const texts = { stdout: '', stderr: '' };
  for (const name of ['stdout', 'stderr'] as const) {
    child[name].setEncoding('utf8').on('data', (text: string) => {
      texts[name] += text;
    });
  }
  const ended = new Promise<CommandAnswer>((resolve, reject) => {
    child.once('error', reject);
    child.once('close', (exitCode) => resolve({ exitCode: exitCode ?? -1, ...texts }));
  });
  return { child, ended };
}
