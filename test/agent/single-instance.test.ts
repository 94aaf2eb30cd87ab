import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdir, mkdtemp, readdir, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, it } from 'vitest';
import { type RunningAgent, startAgent } from './support/agent-program.ts';
import { type FakeCollector, startFakeCollector } from './support/fake-collector.ts';

let directory: string;
let collector: FakeCollector;
let agents: RunningAgent[];

beforeEach(async () => {
  directory = await mkdtemp(join(tmpdir(), 'trimtab-one-'));
  collector = await startFakeCollector();
  agents = [];
});

afterEach(async () => {
  for (const agent of agents) agent.process.kill('SIGKILL');
  await Promise.all(agents.map(({ ended }) => ended));
  await collector.close();
  await rm(directory, { recursive: true, force: true });
});

function start(state: string): RunningAgent {
  const agent = startAgent({ args: ['run', '--collector', collector.address, '--state-directory', state] });
  agents.push(agent);
  return agent;
}

const locksIn = async (state: string) => (await readdir(state)).filter((name) => name.endsWith('.lock'));

it('a second agent is refused, and told which process has the folder', async () => {
  const first = start(directory);
  await collector.take('hello');
  const { code, stderr } = await start(directory).ended;
  expect(code).toBe(1);
  expect(stderr).toContain(`another agent works with this state directory: process ${first.process.pid}`);
  expect(first.process.exitCode).toBeNull();
  expect(await locksIn(directory)).toHaveLength(1);
});

it('a name that anybody may take keeps no agent from starting', async () => {
  const name = `\\0trimtab-agent:${directory}`.slice(0, 101);
  const listen = `require('net').createServer().listen('${name}', () => console.log('taken'))`;
  const squatter = spawn('setpriv', [
    '--reuid=65534',
    '--regid=65534',
    '--clear-groups',
    process.execPath,
    '-e',
    listen,
  ]);
  try {
    await once(squatter.stdout, 'data');
    start(directory);
    await collector.take('hello');
  } finally {
    squatter.kill('SIGKILL');
  }
});

it('an agent that was killed keeps no other from starting, and nothing of it stays', async () => {
  for (let kills = 0; kills < 3; kills += 1) {
    const agent = start(directory);
    await collector.take('hello');
    agent.process.kill('SIGKILL');
    await agent.ended;
  }
  start(directory);
  await collector.take('hello');
  expect(await locksIn(directory)).toHaveLength(1);
});

it('files of processes that are not, of another boot, or of nobody, keep no agent from starting', async () => {
  const bootId = (await readFile('/proc/sys/kernel/random/boot_id', 'utf8')).trim();
  const other = '00000000-0000-4000-8000-000000000000';
  const stale = [`agent.${bootId}.1.1.lock`, `agent.${bootId}.4194304.7.lock`, `agent.${other}.${process.pid}.1.lock`];
  const strange = ['agent..lock', `agent.${bootId}.x.1.lock`, 'lock'];
  for (const name of [...stale, ...strange]) await writeFile(join(directory, name), '');
  start(directory);
  await collector.take('hello');
  const left = await readdir(directory);
  expect(left.filter((name) => stale.includes(name))).toEqual([]);
  expect(left).toEqual(expect.arrayContaining(strange));
});

it('of many that start at once, one runs', async () => {
  const started = Array.from({ length: 5 }, () => start(directory));
  const ended = new Set<RunningAgent>();
  for (const agent of started) void agent.ended.then(() => ended.add(agent));
  await expect.poll(() => ended.size, { timeout: 60_000 }).toBe(4);
  await collector.take('hello');
  expect(await locksIn(directory)).toHaveLength(1);
}, 90_000);

it('folders whose paths begin alike are two', async () => {
  const long = join(directory, 'd'.repeat(90));
  for (const name of ['one', 'two']) {
    await mkdir(join(long, name), { recursive: true });
    const { ended } = start(join(long, name));
    expect(await Promise.race([collector.take('hello'), ended])).toMatchObject({ type: 'hello' });
  }
});
