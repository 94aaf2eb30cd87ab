import { spawn, spawnSync } from 'node:child_process';
import { once } from 'node:events';
import { cp, mkdtemp, readdir, readFile, rm } from 'node:fs/promises';
import { createRequire } from 'node:module';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, it, onTestFinished } from 'vitest';

const COLLECTOR = join(import.meta.dirname, '../../collector');

let folder: string;
/** The bundle on its own: nothing above it has a node_modules. */
let bundle: string;

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'trimtab-bundle-'));
  bundle = join(folder, 'trimtab');
  await cp(join(COLLECTOR, 'dist/bundled'), bundle, { recursive: true });
});

afterAll(() => rm(folder, { recursive: true, force: true }));

const PROGRAM = 'trimtab.mjs';

it('serves and answers without a package of this checkout', async () => {
  const socket = join(folder, 'collector.sock');
  const serve = ['serve', '--listen', '127.0.0.1:0', '--state-directory', join(folder, 'state'), '--socket', socket];
  const collector = spawn(process.execPath, [join(bundle, PROGRAM), ...serve], {
    stdio: ['ignore', 'pipe', 'inherit'],
  });
  let log = '';
  collector.stdout.setEncoding('utf8').on('data', (text: string) => {
    log += text;
  });
  onTestFinished(() => {
    collector.kill('SIGKILL');
  });
  while (!log.includes('collector ready')) await once(collector.stdout, 'data');
  const ask = (...args: readonly string[]) =>
    spawnSync(process.execPath, [join(bundle, PROGRAM), ...args, '--json', '--socket', socket], { encoding: 'utf8' });
  for (const command of ['status', 'guests', 'alerts', 'forecast', 'keys']) {
    const { status, stderr, stdout } = ask(command);
    expect({ command, status, stderr }).toEqual({ command, status: 0, stderr: '' });
    expect(() => JSON.parse(stdout)).not.toThrow();
  }
  collector.kill('SIGTERM');
  expect(await once(collector, 'exit')).toEqual([0, null]);
});

it('what is imported late has the names that it has in this checkout', async () => {
  const { resolve } = createRequire(join(COLLECTOR, 'package.json'));
  const files = await readdir(bundle);
  const late = ['@peculiar/x509', 'mqtt', 'node-cron', 'nodemailer'];
  for (const name of late) {
    const part = files.find((file) => new RegExp(`^${name.split('/').at(-1)}-[A-Z0-9]{8}\\.mjs$`).test(file));
    // In a process of its own each: one of them wants to come first.
    const namesOf = (path: string) => {
      const code = `await import(${JSON.stringify(resolve('reflect-metadata'))}); console.log(Object.keys(await import(${JSON.stringify(path)})).filter((name) => name !== 'module.exports').sort().join())`;
      return spawnSync(process.execPath, ['--input-type=module', '--eval', code], { encoding: 'utf8', cwd: COLLECTOR })
        .stdout;
    };
    expect(part, name).toBeDefined();
    expect(namesOf(join(bundle, part ?? '')), name).toBe(namesOf(name));
    expect(namesOf(name).length).toBeGreaterThan(5);
  }
});

it('the licence of every package in it lies beside it', async () => {
  const licenses = await readFile(join(COLLECTOR, 'dist/THIRD-PARTY-LICENSES'), 'utf8');
  const named = [...licenses.matchAll(/^-{80}\n\n(\S+) /gm)].map(([, name]) => name);
  expect(named).toEqual(expect.arrayContaining(['hono', 'kysely', 'pg', 'pg-types', 'pgpass', 'pino', 'ws']));
  const { dependencies } = JSON.parse(await readFile(join(COLLECTOR, 'package.json'), 'utf8')) as {
    dependencies: Readonly<Record<string, string>>;
  };
  const others = Object.keys(dependencies).filter((name) => !name.startsWith('@trimtab/'));
  expect(named).toEqual(expect.arrayContaining(others));
});
