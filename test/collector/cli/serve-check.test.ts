import { mkdir, mkdtemp, readdir, rm, stat, symlink, writeFile } from 'node:fs/promises';
import { createServer } from 'node:net';
import { tmpdir } from 'node:os';
import { basename, join } from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import type { ServeCheck } from '../../../collector/src/model/serve-check.ts';
import { longLines } from './run-in-process.ts';
import { type RunningTrimtab, runTrimtab, startTrimtab } from './run-trimtab.ts';

let folder: string;
/** Of a test that failed, none is left. */
const running: RunningTrimtab[] = [];

beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'trimtab-check-'));
});
afterEach(async () => {
  for (const { child, ended } of running.splice(0)) {
    child.kill('SIGKILL');
    await ended;
  }
  await rm(folder, { recursive: true });
});

async function startCollector(args: readonly string[]): Promise<RunningTrimtab> {
  const collector = startTrimtab(['serve', ...args]);
  running.push(collector);
  await collector.untilLogged('collector ready');
  return collector;
}

const placesOf = (name = 'a') => [
  '--listen=127.0.0.1:0',
  `--socket=${join(folder, `${name}.sock`)}`,
  `--state-directory=${join(folder, name)}`,
];

async function check(args: readonly string[]): Promise<{ exitCode: number | null; stderr: string; seen: ServeCheck }> {
  const { exitCode, stdout, stderr } = await runTrimtab(['serve', '--check', '--json', ...args]);
  return { exitCode, stderr, seen: JSON.parse(stdout) };
}

/** Everything below, with what would show that it was written to. */
async function traces(): Promise<readonly string[]> {
  const names = await readdir(folder, { recursive: true });
  return Promise.all(
    names.toSorted().map(async (name) => {
      const { mtimeMs, size, mode } = await stat(join(folder, name));
      return `${name} ${mtimeMs} ${size} ${mode}`;
    }),
  );
}

/** A collector that made its state, and was stopped. */
async function makeState(): Promise<void> {
  const { child, ended } = await startCollector([...placesOf()]);
  child.kill('SIGTERM');
  await ended;
}

describe('a configuration that is good', () => {
  it('is told with what it would do, and nothing is made for that', async () => {
    const schedule = ['--qga-schedule=0 3 * * 0', '--qga-time-zone=Europe/Vienna', '--metrics-listen=127.0.0.1:0'];
    const answer = await runTrimtab(['serve', '--check', ...placesOf('deep/below'), ...schedule]);
    expect(answer).toMatchObject({ exitCode: 0, stderr: '' });
    expect(answer.stdout).toMatch(/^It would start, without a configuration file, and\n {2}take agents at ws:/);
    expect(answer.stdout.replaceAll(/\s+/g, ' ')).toContain('on "0 3 * * 0", Europe/Vienna: next at 2');
    expect(longLines(answer.stdout.replaceAll(folder, ''))).toEqual([]);
    expect(await readdir(folder)).toEqual([]);
  });

  it('knows a state that is there, and leaves no trace in it', async () => {
    await makeState();
    const before = await traces();
    const { exitCode, seen } = await check(placesOf());
    expect({ exitCode, ...seen }).toMatchObject({ exitCode: 0, isGood: true, errors: [], notes: [] });
    expect(seen.would).toContain(`keep its history in ${join(folder, 'a/trimtab.sqlite')}, which is there`);
    expect(await traces()).toEqual(before);
  });

  it('names its file, and that an address is waited for', async () => {
    const file = join(folder, 'collector.toml');
    // TEST-NET-2 of RFC 5737 is nobody's.
    await writeFile(
      file,
      'listen = "198.51.100.7:7461"\n[[notify]]\nkind = "ntfy"\nname = "phone"\nurl = "https://ntfy.sh"\ntopic = "x"\n',
    );
    const { seen } = await check([...placesOf().slice(1), `--config=${file}`]);
    expect(seen).toMatchObject({
      isGood: true,
      configuration: file,
      notes: ['No interface of this host has 198.51.100.7:7461 yet: it would wait for that.'],
    });
    expect(seen.would).toContain('tell of alerts: phone (ntfy)');
  });
});

describe('a collector that runs', () => {
  it('is no obstacle to the one that is to replace it, and goes on', async () => {
    const { child, ended } = await startCollector([...placesOf()]);
    const { exitCode, seen } = await check(placesOf());
    expect({ exitCode, errors: seen.errors }).toEqual({ exitCode: 0, errors: [] });
    expect(seen.notes).toEqual([expect.stringContaining(`(process ${child.pid})`)]);
    const other = await check([
      ...placesOf('b').filter((arg) => !arg.startsWith('--socket')),
      ...placesOf().slice(1, 2),
    ]);
    expect(other.seen.errors).toEqual([
      expect.objectContaining({ code: 'already-running', cause: expect.stringContaining(`process ${child.pid}`) }),
    ]);
    child.kill('SIGTERM');
    expect((await ended).exitCode).toBe(0);
  });

  it('has its port counted as free, for that one alone', async () => {
    const at = `--listen=127.0.0.1:${await freePort()}`;
    const { child, ended } = await startCollector([at, ...placesOf().slice(1)]);
    expect((await check([at, ...placesOf().slice(1)])).seen.errors).toEqual([]);
    const { seen } = await check([at, ...placesOf('b').slice(1)]);
    expect(seen.errors.map(({ cause }) => cause)).toEqual([
      expect.stringMatching(new RegExp(`already in use: node\\S* trimtab\\.mjs, process ${child.pid}, listens there$`)),
    ]);
    child.kill('SIGTERM');
    await ended;
  });
});

/** One that was free a moment ago. */
async function freePort(): Promise<number> {
  const server = createServer();
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const { port } = server.address() as { port: number };
  await new Promise((resolve) => server.close(resolve));
  return port;
}

describe('what would keep it from starting', () => {
  it('is told as a whole, each with its place, its cause and what to do', async () => {
    await writeFile(join(folder, 'file'), '');
    const taken = createServer();
    await new Promise<void>((resolve) => taken.listen(0, '127.0.0.1', resolve));
    const { port } = taken.address() as { port: number };
    const { exitCode, stderr, seen } = await check([
      `--listen=127.0.0.1:${port}`,
      '--metrics-listen=198.51.100.7:1',
      `--socket=${join(folder, 'file')}`,
      `--state-directory=${join(folder, 'file/state')}`,
      '--tls-certificate=/nowhere',
      '--tls-key=/nowhere',
      '--qga-schedule=61 * * * *',
      '--guest=[{"name":"x"}]',
      '--notify=[{"kind":"command","name":"page","command":["/nowhere/page"]}]',
    ]);
    taken.close();
    expect(exitCode).toBe(1);
    expect(seen.errors.map(({ code }) => code)).toEqual([
      'cannot-listen',
      'cannot-listen',
      'bad-socket',
      'store-not-writable',
      'bad-certificate',
      'bad-guest-entry',
      'bad-setting',
      'bad-notify-entry',
    ]);
    expect(seen.errors[0]).toMatchObject({
      subject: `127.0.0.1:${port}`,
      cause: expect.stringContaining(`process ${process.pid}, listens there`),
    });
    for (const { subject, cause, hint } of seen.errors) {
      expect(stderr.replaceAll(/\s+/g, ' ')).toContain(`${subject}: ${cause}`.replaceAll(/\s+/g, ' '));
      expect(hint).not.toBeNull();
    }
    expect(await readdir(folder)).toEqual(['file']);
  });

  it('are all settings that cannot be, from wherever they come', async () => {
    const file = join(folder, 'collector.toml');
    await writeFile(file, 'slots-per-pol = 3\nsample-every = "often"\nlisten = ["127.0.0.1:7461"]\n');
    const { exitCode, seen } = await check([`--config=${file}`]);
    expect(exitCode).toBe(1);
    expect(seen.errors.map(({ subject }) => subject)).toEqual([`${file}: slots-per-pol`, `${file}: sample-every`]);
    // Of the command line they are wrong usage, as everywhere.
    expect((await check([`--config=${file}`, '--connections=x'])).exitCode).toBe(2);
  });

  it('is a database of a newer version, which is let be', async () => {
    await makeState();
    const database = new DatabaseSync(join(folder, 'a/trimtab.sqlite'));
    database.exec(`insert into kysely_migration (name, timestamp) values ('999-of-tomorrow', '2027-01-01')`);
    database.close();
    const before = await traces();
    const { exitCode, seen } = await check(placesOf());
    expect({ exitCode, errors: seen.errors }).toEqual({
      exitCode: 1,
      errors: [expect.objectContaining({ code: 'store-newer', cause: expect.stringContaining('999-of-tomorrow') })],
    });
    expect(await traces()).toEqual(before);
  });

  it.each([
    ['host-id', 'host-id-damaged'],
    ['host-keys.json', 'host-keys-damaged'],
    ['trimtab.sqlite', 'store-corrupt'],
  ])('is a file of its state that is broken: %s', async (name, code) => {
    await mkdir(join(folder, 'a'));
    await writeFile(join(folder, 'a', name), 'what nobody wrote '.repeat(200), { mode: 0o600 });
    const { seen } = await check(placesOf());
    expect(seen.errors.map((error) => error.code)).toEqual([code]);
  });

  it('is a configuration that cannot be read', async () => {
    await symlink(join(folder, basename(folder)), join(folder, 'dangling'));
    const { exitCode, stdout } = await runTrimtab([
      'serve',
      '--check',
      '--json',
      `--config=${join(folder, 'dangling')}`,
    ]);
    expect({ exitCode, answer: JSON.parse(stdout) }).toMatchObject({
      exitCode: 1,
      answer: { error: { code: 'no-configuration' } },
    });
  });
});

it('--json alone is wrong usage: what runs until it is stopped has a log', async () => {
  const { exitCode, stderr } = await runTrimtab(['serve', '--json', ...placesOf()]);
  expect({ exitCode, stderr }).toEqual({ exitCode: 2, stderr: expect.stringContaining('--json goes with --check') });
});
