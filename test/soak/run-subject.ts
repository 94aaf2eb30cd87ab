import { spawn } from 'node:child_process';
import { join } from 'node:path';
import type { Subject } from './subjects.ts';

const ROOT = join(import.meta.dirname, '../..');
const VITEST = join(ROOT, 'node_modules/vitest/vitest.mjs');

/** Of `underSeed` in test/support/seeds.ts. */
const FAILED_SEED = /seed (\d+) \(again: /g;

/**
 * Runs the test of a subject with these seeds, `count` from `first`. Its output goes to stderr as it comes. Resolves
 * with the seeds that failed, null when the test passed; it may fail without naming one. Ends the test when the signal
 * aborts, and throws then.
 */
export async function runSubject(parts: {
  readonly subject: Subject;
  readonly first: number;
  readonly count: number;
  /** For what the test makes; whoever gave it removes it, in whatever state the test left it. */
  readonly directory: string;
  readonly signal: AbortSignal;
}): Promise<readonly number[] | null> {
  const { subject, first, count, directory, signal } = parts;
  const environment = {
    ...process.env,
    TMPDIR: directory,
    TRIMTAB_SOAK_FIRST: `${first}`,
    TRIMTAB_SOAK_SEEDS: `${count}`,
  };
  const child = spawn(process.execPath, [VITEST, 'run', subject.file], {
    cwd: ROOT,
    env: environment,
    stdio: ['ignore', 'pipe', 'pipe'],
    // Ctrl-C is for us: a test runner that hears it too would tell of tests that failed.
    detached: true,
  });
  let output = '';
  for (const stream of [child.stdout, child.stderr]) {
    stream.setEncoding('utf8').on('data', (text: string) => {
      output += text;
      process.stderr.write(text);
    });
  }
  const stop = () => child.kill('SIGTERM');
  signal.addEventListener('abort', stop);
  const exitCode = await new Promise<number | null>((resolve, reject) => {
    child.once('error', reject);
    child.once('close', resolve);
  });
  signal.removeEventListener('abort', stop);
  signal.throwIfAborted();
  if (exitCode === 0) return null;
  return [...new Set([...output.matchAll(FAILED_SEED)].map(([, seed]) => Number(seed)))];
}
