import { mkdtemp, rm, stat } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, it } from 'vitest';
import { runTrimtab, startTrimtab } from './run-trimtab.ts';

let folder: string;

beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'trimtab-serve-'));
});
afterEach(() => rm(folder, { recursive: true }));

/** A collector of this test's own: its files in the test's folder, and a port that the kernel chooses. */
const argsOf = ({ name, socket }: { name: string; socket: string }) => [
  'serve',
  '--listen=127.0.0.1:0',
  `--socket=${join(folder, socket)}`,
  `--state-directory=${join(folder, name)}`,
];

async function startCollector() {
  const collector = startTrimtab(argsOf({ name: 'first', socket: 'a.sock' }));
  await collector.untilLogged('collector ready');
  return collector;
}

it.each(['SIGTERM', 'SIGINT'] as const)(
  'serves until %s, and leaves nothing behind but its database',
  async (signal) => {
    const { child, ended } = await startCollector();
    const status = await runTrimtab(['status', '--json', '--socket', join(folder, 'a.sock')]);
    expect({ exitCode: status.exitCode, keys: Object.keys(JSON.parse(status.stdout)) }).toEqual({
      exitCode: 0,
      keys: expect.arrayContaining(['takenAt', 'pools', 'images', 'findings']),
    });
    child.kill(signal);
    const { exitCode, stdout, stderr } = await ended;
    expect({ exitCode, stderr }).toEqual({ exitCode: 0, stderr: '' });
    const messages = stdout
      .trimEnd()
      .split('\n')
      .map((line) => JSON.parse(line).msg);
    expect(messages.slice(-2)).toEqual(['stopping', 'stopped']);
    await expect(stat(join(folder, 'a.sock'))).rejects.toThrow('ENOENT');
    expect((await stat(join(folder, 'first'))).mode & 0o777).toBe(0o750);
  },
);

it('a second collector on the same socket is one clear error, and the first goes on', async () => {
  const { child, ended } = await startCollector();
  const second = await runTrimtab(argsOf({ name: 'second', socket: 'a.sock' }));
  expect(second).toMatchObject({ exitCode: 1, stdout: '' });
  expect(second.stderr).toMatch(
    /^trimtab: cannot serve the API: .*a\.sock: another collector runs.*\n {2}Stop that one first.*\n$/,
  );
  expect((await runTrimtab(['guests', '--socket', join(folder, 'a.sock')])).exitCode).toBe(0);
  child.kill('SIGTERM');
  await ended;
});
