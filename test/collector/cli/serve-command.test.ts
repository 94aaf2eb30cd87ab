import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtemp, readdir, readFile, rm, stat, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout } from 'node:timers/promises';
import { fileURLToPath } from 'node:url';
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
    expect((await stat(join(folder, 'first'))).mode & 0o777).toBe(0o700);
  },
);

it('says how an agent gets to it by the port that the kernel chose', async () => {
  const guests = JSON.stringify([{ name: 'bare', disk: [{ image: join(folder, 'bare.img') }] }]);
  const { child, ended, untilLogged } = startTrimtab([
    ...argsOf({ name: 'first', socket: 'a.sock' }),
    `--guest=${guests}`,
  ]);
  await untilLogged('collector ready');
  const { stdout } = await runTrimtab(['guests', '--json', '--socket', join(folder, 'a.sock')]);
  child.kill('SIGTERM');
  const [ready] = (await ended).stdout.split('\n').filter((line) => line.includes('collector ready'));
  const port = new URL(JSON.parse(ready ?? '').agents).port;
  const { findings } = JSON.parse(stdout) as { findings: readonly { subject: string; hint: string | null }[] };
  const hint = findings.find(({ subject }) => subject === 'bare')?.hint;
  expect(Number(port)).toBeGreaterThan(0);
  expect(hint).toContain(`--listen 192.168.122.1:${port};`);
});

it('says where the API is found, on each address that it was told', async () => {
  const args = [...argsOf({ name: 'first', socket: 'a.sock' }), '--api-listen=127.0.0.1:0', '--api-listen=127.0.0.2:0'];
  const { child, ended, untilLogged } = startTrimtab(args);
  await untilLogged('collector ready');
  child.kill('SIGTERM');
  const [ready] = (await ended).stdout.split('\n').filter((line) => line.includes('collector ready'));
  const [socket, ...urls] = JSON.parse(ready ?? '').api.split(' ');
  expect(socket).toBe(join(folder, 'a.sock'));
  expect(urls).toEqual([
    expect.stringMatching(/^http:\/\/127\.0\.0\.1:[1-9]\d*$/),
    expect.stringMatching(/^http:\/\/127\.0\.0\.2:[1-9]\d*$/),
  ]);
});

it('waits for an address that no interface of this host has yet, serves the API meanwhile, and ends when told to', async () => {
  // TEST-NET-2 of RFC 5737 is nobody's.
  const args = argsOf({ name: 'first', socket: 'a.sock' }).map((arg) =>
    arg.startsWith('--listen') ? '--listen=198.51.100.7:0' : arg,
  );
  const { child, ended, untilLogged } = startTrimtab(args);
  await untilLogged('collector ready');
  expect((await runTrimtab(['guests', '--socket', join(folder, 'a.sock')])).exitCode).toBe(0);
  child.kill('SIGTERM');
  const { exitCode, stdout } = await ended;
  const logged = stdout
    .trimEnd()
    .split('\n')
    .map((line) => JSON.parse(line));
  expect(exitCode).toBe(0);
  expect(logged).toContainEqual(
    expect.objectContaining({
      level: 40,
      address: '198.51.100.7:0',
      msg: 'no interface of this host has the address yet where agents connect; waiting for it',
    }),
  );
  expect(logged).toContainEqual(expect.objectContaining({ msg: 'collector ready', agents: null }));
});

it.each([true, false])('that guests are taken at their word is warned of where it is so: %s', async (isSo) => {
  const args = [...argsOf({ name: 'first', socket: 'a.sock' }), ...(isSo ? ['--accept-unenrolled'] : [])];
  const { child, ended, untilLogged } = startTrimtab(args);
  await untilLogged('collector ready');
  child.kill('SIGTERM');
  expect((await ended).stdout.includes('guests that have not joined are taken at their word')).toBe(isSo);
});

it('listens on several addresses, and says all', async () => {
  const args = [...argsOf({ name: 'first', socket: 'a.sock' }), '--listen=[::1]:0', '--listen=127.0.0.2:0'];
  const { child, ended, untilLogged } = startTrimtab(args);
  await untilLogged('collector ready');
  child.kill('SIGTERM');
  expect((await ended).stdout).toMatch(
    /"agents":"ws:\/\/127\.0\.0\.1:\d+\/agent ws:\/\/\[::1\]:\d+\/agent ws:\/\/127\.0\.0\.2:\d+\/agent"/,
  );
});

it('writes for journald where that reads its log: priorities, and no JSON', async () => {
  const log = join(folder, 'journal');
  const { dev, ino } = await writeFile(log, '').then(() => stat(log));
  const script = 'exec "$0" "$@" > "$LOG" 2>&1';
  const bin = fileURLToPath(new URL('../../../collector/bin/trimtab.mjs', import.meta.url));
  const args = [
    '-c',
    script,
    process.execPath,
    bin,
    ...argsOf({ name: 'first', socket: 'a.sock' }),
    '--accept-unenrolled',
  ];
  const child = spawn('sh', args, { env: { ...process.env, LOG: log, JOURNAL_STREAM: `${dev}:${ino}` } });
  const closed = once(child, 'close');
  while (!(await readFile(log, 'utf8')).includes('collector ready')) await setTimeout(20);
  const second = spawn('sh', args, { env: { ...process.env, LOG: `${log}2`, JOURNAL_STREAM: '1:1' } });
  await once(second, 'close');
  child.kill('SIGTERM');
  await closed;
  const lines = (await readFile(log, 'utf8')).trimEnd().split('\n');
  expect(lines[0]).toMatch(/^<4>guests that have not joined are taken at their word.*$/);
  expect(lines[1]).toMatch(/^<6>collector ready \(agents ws:.*\)$/);
  // The variable is inherited by those whose streams lead elsewhere.
  expect(await readFile(`${log}2`, 'utf8')).toMatch(/^trimtab: cannot use the database/m);
});

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

it.each([
  ['--qga-schedule=61 3 * * *', /qga-schedule "61 3 \* \* \*".*minute/],
  ['--qga-time-zone=Mars/Olympus', /qga-time-zone "Mars\/Olympus".*no time zone/],
])('refuses a schedule that there is not in one sentence, and has changed nothing: %s', async (arg, words) => {
  const args = ['--qga-schedule=0 3 * * 0', arg];
  const { exitCode, stdout, stderr } = await runTrimtab([...argsOf({ name: 'first', socket: 'a.sock' }), ...args]);
  expect({ exitCode, stdout }).toEqual({ exitCode: 1, stdout: '' });
  expect(stderr.replaceAll(/\s+/g, ' ')).toMatch(words);
  expect(stderr).toContain('0 3 * * 0');
  expect(await readdir(folder)).toEqual([]);
});
