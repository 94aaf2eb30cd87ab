import { existsSync, mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { createCommands } from '../../../collector/src/io/commands.ts';

const commands = createCommands();
const run = (file: string, ...args: string[]) => commands.run({ file, args, timeoutMs: 10_000 });

it('gives arguments as they are, no shell between', async () => {
  const text = '$(echo x) `y` ; "z"';
  expect(await run('printf', '%s', text)).toEqual({ kind: 'ended', exitCode: 0, stdout: text, stderr: '' });
});

it('answers with the exit status and in the C locale', async () => {
  expect(await run('ls', '/no such folder')).toMatchObject({
    kind: 'ended',
    exitCode: 2,
    stderr: expect.stringContaining('No such file or directory'),
  });
  expect(await run('sh', '-c', 'echo $LC_ALL')).toMatchObject({ stdout: 'C\n' });
});

it('says that a program is not there', async () => {
  expect(await run('trimtab-no-such-program')).toEqual({ kind: 'missing' });
  expect(await createCommands({ searchPath: '/nowhere' }).run({ file: 'printf', args: [], timeoutMs: 1000 })).toEqual({
    kind: 'missing',
  });
});

it('has no exit status for a program that had to be stopped', async () => {
  expect(await commands.run({ file: 'sleep', args: ['60'], timeoutMs: 50 })).toMatchObject({ exitCode: null });
  expect(await run('head', '-c', '20000000', '/dev/zero')).toMatchObject({ kind: 'ended', exitCode: null });
});

describe('a program that does not end', () => {
  let folder: string;
  beforeEach(() => {
    folder = mkdtempSync(join(tmpdir(), 'trimtab-commands-'));
  });
  afterEach(() => rmSync(folder, { recursive: true }));

  /** The process whose id was written to a file there, by `/proc`. */
  const isThere = (name: string) => existsSync(`/proc/${readFileSync(join(folder, name), 'utf8').trim()}/cwd`);
  const script = (text: string, timeoutMs: number) =>
    commands.run({ file: 'sh', args: ['-c', `cd ${folder}; ${text}`], timeoutMs });

  it('is ended with all that it has started, whatever they ignore', async () => {
    const result = await script('trap "" TERM; sleep 1000 & echo $! >sleeper; wait', 300);
    expect(result).toMatchObject({ kind: 'ended', exitCode: null });
    await expect.poll(() => isThere('sleeper')).toBe(false);
  });

  it('has answered when it is over, though it left one behind that holds its output open', async () => {
    const result = await script('sleep 1000 & echo $! >sleeper; echo done', 60_000);
    expect(result).toEqual({ kind: 'ended', exitCode: 0, stdout: 'done\n', stderr: '' });
    await expect.poll(() => isThere('sleeper')).toBe(false);
  });

  it('is ended when it says more than is read, on whichever of its outputs', async () => {
    const results = await Promise.all([script('exec yes', 60_000), script('exec yes >&2', 60_000)]);
    for (const result of results) expect(result).toMatchObject({ kind: 'ended', exitCode: null });
  });
});

it('runs some at once, and the others in their turn', async () => {
  const folder = mkdtempSync(join(tmpdir(), 'trimtab-commands-'));
  const script = 'echo >$1/$2; ls $1 | wc -l; sleep 0.05; rm $1/$2';
  const results = await Promise.all(
    Array.from({ length: 60 }, (_, index) => run('sh', '-c', script, 'sh', folder, String(index))),
  );
  rmSync(folder, { recursive: true });
  const counts = results.map((result) => (result.kind === 'ended' ? Number(result.stdout) : Number.NaN));
  expect(Math.max(...counts)).toBeLessThanOrEqual(16);
  expect(Math.max(...counts)).toBeGreaterThan(1);
});
