import type { ChildProcess } from 'node:child_process';
import type { CommandResult } from '../ports/commands.ts';

/** As much as is kept of what a program says; fstrim says a line. */
export const OUTPUT_LIMIT = 64 * 1024;
/** From the word to end to the signal that nobody can ignore. */
export const END_MS = 2_000;
/** A program that has ended may have left one behind that holds its output open. */
export const REST_MS = 500;

/**
 * Runs a program to its end, which is when it has ended and not when its output is closed. Aborted, it is told to end
 * with all that it has started, and soon made to; what waits in the kernel for a disk ends when that answers, and only
 * then this does.
 */
export async function runChild({
  path,
  args,
  environment,
  signal,
  descriptor = null,
}: {
  path: string;
  args: readonly string[];
  environment: Readonly<Record<string, string | undefined>>;
  signal: AbortSignal | null;
  descriptor?: number | null;
}): Promise<CommandResult> {
  if (signal?.aborted === true) return { kind: 'ended', exitCode: null, stdout: '', stderr: '' };
  // Here, so that the commands which start no program do without it.
  const { spawn } = await import('node:child_process');
  return new Promise((resolve, reject) => {
    const inherited = descriptor === null ? [] : [descriptor];
    // A process group of its own (setsid(2)), to be ended as one.
    const child = spawn(path, args, {
      env: environment,
      stdio: ['ignore', 'pipe', 'pipe', ...inherited],
      detached: true,
    });
    const said = { stdout: '', stderr: '' };
    let timer: NodeJS.Timeout | undefined;
    const end = () => {
      endGroup(child, 'SIGTERM');
      timer = setTimeout(() => endGroup(child, 'SIGKILL'), END_MS);
    };
    const finish = (exitCode: number | null) => {
      clearTimeout(timer);
      signal?.removeEventListener('abort', end);
      resolve({ kind: 'ended', exitCode, ...said });
    };
    signal?.addEventListener('abort', end, { once: true });
    for (const name of ['stdout', 'stderr'] as const)
      child[name]?.setEncoding('utf8').on('data', (text: string) => {
        if (said[name].length < OUTPUT_LIMIT) said[name] += text;
      });
    child.once('error', (error: NodeJS.ErrnoException) => {
      signal?.removeEventListener('abort', end);
      if (error.code === 'ENOENT') resolve({ kind: 'missing' });
      else reject(error);
    });
    child.once('exit', (exitCode) => {
      clearTimeout(timer);
      timer = setTimeout(() => {
        endGroup(child, 'SIGKILL');
        finish(exitCode);
      }, REST_MS);
    });
    child.once('close', finish);
  });
}

function endGroup({ pid }: ChildProcess, signal: NodeJS.Signals): void {
  if (pid === undefined) return;
  try {
    process.kill(-pid, signal);
  } catch {
    // All of it has ended.
  }
}
