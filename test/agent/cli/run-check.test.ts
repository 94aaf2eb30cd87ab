import { spawnSync } from 'node:child_process';
import { mkdir, mkdtemp, readdir, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, it } from 'vitest';
import type { RunCheck } from '../../../agent/src/cli/run-check-view.ts';
import { runAgent, startAgent } from '../support/agent-program.ts';

let folder: string;

beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'trimtab-run-check-'));
});
afterEach(() => rm(folder, { recursive: true }));

const stateOf = (name: string) => `--state-directory=${join(folder, name)}`;

async function check(args: readonly string[]): Promise<{ code: number | null; stderr: string; seen: RunCheck }> {
  const { code, stdout, stderr } = await runAgent({ args: ['run', '--check', '--json', ...args] });
  return { code, stderr, seen: JSON.parse(stdout) };
}

it('tells what a run would do, and makes nothing for that', async () => {
  const args = ['--collector=192.0.2.1:7461', '--schedule=0 3 * * 0', '--time-zone=Europe/Vienna', stateOf('a/b')];
  const { code, stdout, stderr } = await runAgent({ args: ['run', '--check', ...args] });
  expect({ code, stderr }).toEqual({ code: 0, stderr: '' });
  expect(stdout).toMatch(/^It would start, without a configuration file, and\n {2}connect to 192\.0\.2\.1:7461\n/);
  expect(stdout).toMatch(/\n {2}trim on "0 3 \* \* 0", Europe\/Vienna: next at 2\S+Z\n/);
  expect(stdout.split('\n').filter((line) => line.replace(folder, '').length > 80)).toEqual([]);
  expect(await readdir(folder)).toEqual([]);
});

it('tells all that would keep it from starting at once', async () => {
  await writeFile(join(folder, 'file'), '');
  const { code, stderr, seen } = await check([
    stateOf('file/state'),
    '--collector=192.0.2.1:7461',
    `--root=${folder}`,
    '--schedule=often',
  ]);
  expect(code).toBe(2);
  expect(seen.errors.map((error) => error.code)).toEqual(['no-kernel-files', 'state-not-writable', 'bad-setting']);
  for (const { subject, cause } of seen.errors) expect(stderr).toContain(`${subject}: ${cause}`);
  const typed = await check(['--collector=nowhere', '--minimum-interval=soon']);
  expect(typed.seen.errors.map(({ subject }) => subject)).toEqual(['--collector', '--minimum-interval']);
});

it('knows that nothing leads to a collector, and what was joined that cannot be read', async () => {
  const { code, seen } = await check([stateOf('a')]);
  expect({ code, errors: seen.errors }).toEqual({
    code: 3,
    errors: [expect.objectContaining({ subject: '--collector', hint: expect.stringContaining('trimtab enroll') })],
  });
  await mkdir(join(folder, 'a'));
  await writeFile(join(folder, 'a/joined.json'), '{"version":1');
  expect((await check([stateOf('a')])).seen.errors).toEqual([expect.objectContaining({ code: 'joined-unreadable' })]);
});

it('takes no token of those that were laid ready, and says of one that it is none', async () => {
  await writeFile(join(folder, 'trimtab.join'), 'tt0.nothing');
  const { code, stdout } = await runAgent({
    args: ['run', '--check', '--json', stateOf('a')],
    environment: { CREDENTIALS_DIRECTORY: folder },
  });
  expect(code).toBe(1);
  expect(JSON.parse(stdout).errors).toEqual([
    expect.objectContaining({ code: 'bad-token', subject: join(folder, 'trimtab.join') }),
  ]);
  expect(stdout).not.toContain('tt0.nothing');
});

it('names an agent that is there already, and leaves it at work', async () => {
  const agent = startAgent({ args: ['run', '--collector=127.0.0.1:1', stateOf('a')] });
  try {
    await expect.poll(agent.said, { timeout: 30_000 }).toContain('connects to 127.0.0.1:1');
    const { code, seen } = await check(['--collector=127.0.0.1:1', stateOf('a')]);
    expect({ code, notes: seen.notes }).toEqual({
      code: 0,
      notes: [expect.stringContaining(`An agent runs with this state directory (process ${agent.process.pid})`)],
    });
  } finally {
    agent.process.kill('SIGTERM');
  }
  expect((await agent.ended).code).toBe(0);
});

it('is of the user that calls it: what only root may write is an error', async () => {
  if (process.geteuid?.() !== 0) throw new Error('This test becomes another user: run it as root.');
  const { code, seen } = await readAs(['--collector=127.0.0.1:1', stateOf('a')]);
  expect({ code, errors: seen.errors }).toEqual({
    code: 1,
    errors: [expect.objectContaining({ code: 'state-not-writable', cause: 'permission denied' })],
  });
});

/** As nobody, who sees into no folder of ours. */
async function readAs(args: readonly string[]): Promise<{ code: number | null; seen: RunCheck }> {
  const { stdout: numbers } = spawnSync('id', ['-u', 'nobody'], { encoding: 'utf8' });
  const within = ['setpriv', `--reuid=${numbers.trim()}`, '--clear-groups'];
  const { code, stdout } = await startAgent({ args: ['run', '--check', '--json', ...args], within }).ended;
  return { code, seen: JSON.parse(stdout) };
}

it('--json alone is wrong usage', async () => {
  const { code, stderr } = await runAgent({ args: ['run', '--json'] });
  expect({ code, stderr }).toEqual({ code: 2, stderr: expect.stringContaining('--json goes with --check') });
});
