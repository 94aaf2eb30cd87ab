import { existsSync, mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { runChild } from '../../agent/src/io/run-child.ts';

let folder: string;
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'trimtab-child-'));
});
afterEach(() => rmSync(folder, { recursive: true }));

const run = (script: string, signal: AbortSignal | null = null) =>
  runChild({ path: '/bin/sh', args: ['-c', `cd ${folder}; ${script}`], environment: process.env, signal });

/** The process whose id was written to a file there; of one that nobody has waited for yet there is nothing to see. */
const runs = (name: string) => existsSync(`/proc/${readFileSync(join(folder, name), 'utf8').trim()}/cwd`);

describe('a program', () => {
  it('that is told to end is ended with all that it has started, whatever they ignore', async () => {
    const patience = new AbortController();
    const result = run('trap "" TERM; sleep 1000 & echo $! >sleeper; echo >ready; wait; sleep 1000', patience.signal);
    await expect.poll(() => existsSync(join(folder, 'ready'))).toBe(true);
    patience.abort();
    expect(await result).toMatchObject({ kind: 'ended', exitCode: null });
    await expect.poll(() => runs('sleeper')).toBe(false);
  });

  it('that has ended has answered, though it left one behind that holds its output', async () => {
    expect(await run('sleep 1000 & echo $! >sleeper; echo done')).toEqual({
      kind: 'ended',
      exitCode: 0,
      stdout: 'done\n',
      stderr: '',
    });
    await expect.poll(() => runs('sleeper')).toBe(false);
  });

  it('that says much is listened to in part', async () => {
    const result = await run('head -c 10000000 /dev/zero');
    expect(result.kind === 'ended' && result.stdout.length).toBeLessThan(1_000_000);
  });

  it('that was told to end before it began is not started', async () => {
    expect(await run('echo >started', AbortSignal.abort())).toMatchObject({ kind: 'ended', exitCode: null });
    expect(existsSync(join(folder, 'started'))).toBe(false);
  });
});
