import { type ChildProcess, spawn } from 'node:child_process';
import { delimiter } from 'node:path';
import process from 'node:process';
import type { Readable } from 'node:stream';
import { toCause } from '@trimtab/protocol/shared';
import type { CommandCall, CommandResult, Commands } from '../ports/commands.ts';
import { endChild } from './end-child.ts';

const SBIN = ['/usr/local/sbin', '/usr/sbin', '/sbin'];
/** More than any answer that is read here; beyond it the program is ended. */
export const MOST_OUTPUT_BYTES = 16 * 1024 * 1024;
/** A program that has ended may have left one behind that holds its output open. */
export const REST_MS = 500;
/** A host has thousands of images, and some kinds take a process each. */
export const AT_ONCE = 16;

/**
 * Programs of this host, each with a limit for its answer and for its end, and ended with all that it has started.
 * `searchPath` (PATH's form) is where they are found; `environment` is what they get of ours.
 */
export function createCommands({
  searchPath = process.env.PATH ?? '/usr/bin:/bin',
  environment = process.env,
}: {
  searchPath?: string;
  environment?: NodeJS.ProcessEnv;
} = {}): Commands {
  const env = { ...environment, PATH: [searchPath, ...SBIN].join(delimiter), LC_ALL: 'C' };
  /** What waits in the kernel where no signal ends it, as `lvs` does for a disk that hangs: it is not started again. */
  const hanging = new Set<string>();
  const waiting: (() => void)[] = [];
  let underWay = 0;

  function leave(): void {
    // Its turn goes over to the next, so that nobody comes in between.
    const next = waiting.shift();
    if (next === undefined) underWay -= 1;
    else next();
  }

  async function enter(): Promise<void> {
    if (underWay >= AT_ONCE) await new Promise<void>((resolve) => waiting.push(resolve));
    else underWay += 1;
  }

  return {
    async run(call) {
      const name = JSON.stringify([call.file, ...call.args]);
      if (hanging.has(name)) return NO_ANSWER;
      await enter();
      try {
        const { result, child } = await runProgram(call, env);
        if (child !== null && child.exitCode === null && child.signalCode === null) {
          hanging.add(name);
          child.once('exit', () => hanging.delete(name));
        }
        return result;
      } finally {
        leave();
      }
    },
  };
}

const NO_ANSWER = { kind: 'ended', exitCode: null, stdout: '', stderr: '' } as const;

interface Run {
  readonly result: CommandResult;
  /** Null where none was started. */
  readonly child: ChildProcess | null;
}

function runProgram(
  { file, args, timeoutMs, input, environment, signal }: CommandCall,
  env: NodeJS.ProcessEnv,
): Promise<Run> {
  return new Promise((resolve) => {
    const stdin = input === undefined ? 'ignore' : 'pipe';
    const child = spawn(file, args, {
      env: { ...env, ...environment },
      detached: true,
      stdio: [stdin, 'pipe', 'pipe'],
    });
    const said = { stdout: [] as Buffer[], stderr: [] as Buffer[] };
    let bytes = 0;
    const limit = setTimeout(() => stop(null), timeoutMs);
    let rest: NodeJS.Timeout | undefined;
    let isOver = false;

    const finish = (exitCode: number | null) => {
      isOver = true;
      signal?.removeEventListener('abort', abort);
      clearTimeout(limit);
      clearTimeout(rest);
      const [stdout, stderr] = [said.stdout, said.stderr].map((some) => Buffer.concat(some).toString('utf8'));
      resolve({ result: { kind: 'ended', exitCode, stdout: stdout ?? '', stderr: stderr ?? '' }, child });
    };
    const stop = (exitCode: number | null) => {
      endChild(child);
      finish(exitCode);
    };
    const abort = () => stop(null);
    if (signal?.aborted === true) abort();
    signal?.addEventListener('abort', abort);
    // Before all else: where no descriptor is left, there is no process and no output, and the error comes later.
    child.once('error', (error: NodeJS.ErrnoException) => {
      clearTimeout(limit);
      if (error.code === 'ENOENT') return resolve({ result: { kind: 'missing' }, child: null });
      resolve({ result: { ...NO_ANSWER, stderr: toCause(error) }, child: null });
    });
    for (const name of ['stdout', 'stderr'] as const)
      (child[name] as Readable | undefined)?.on('data', (chunk: Buffer) => {
        bytes += chunk.byteLength;
        if (bytes > MOST_OUTPUT_BYTES) stop(null);
        else said[name].push(chunk);
      });
    child.once('exit', (exitCode) => {
      if (!isOver) rest = setTimeout(() => stop(exitCode), REST_MS);
    });
    child.once('close', finish);
    // It need not read it.
    child.stdin?.on('error', () => {});
    child.stdin?.end(input);
  });
}
