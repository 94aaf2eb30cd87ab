import { execFileSync, spawn, spawnSync } from 'node:child_process';
import { once } from 'node:events';
import { mkdir, mkdtemp, rm } from 'node:fs/promises';
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

function start(state: string, within: readonly string[] = []): RunningAgent {
  const agent = startAgent({ args: ['run', '--collector', collector.address, '--state-directory', state], within });
  agents.push(agent);
  return agent;
}

it('a second agent is refused, and told which process has the folder', async () => {
  const first = start(directory);
  await collector.take('hello');
  const { code, stderr } = await start(directory).ended;
  expect(code).toBe(1);
  expect(stderr).toContain(`another agent works with this state directory: process ${first.process.pid}`);
  expect(first.process.exitCode).toBeNull();
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

it('an agent that was killed keeps no other from starting', async () => {
  for (let kills = 0; kills < 3; kills += 1) {
    const agent = start(directory);
    await collector.take('hello');
    agent.process.kill('SIGKILL');
    await agent.ended;
  }
  start(directory);
  await collector.take('hello');
});

it('an agent in a container of its own is noticed, and notices others, though neither sees the processes of the other', async () => {
  const inside = ['unshare', '--pid', '--fork', '--kill-child', '--mount-proc'];
  const first = start(directory, inside);
  await collector.take('hello');
  for (const within of [[], inside]) {
    const { code, stderr } = await start(directory, within).ended;
    expect(code).toBe(1);
    expect(stderr).toContain('another agent works with this state directory, in another container');
    expect(stderr).not.toMatch(/process \d|kill \d/);
  }
  first.process.kill('SIGKILL');
  await first.ended;
  start(directory);
  await collector.take('hello');
  expect((await start(directory, inside).ended).stderr).toContain('in another container');
});

it('what another user has put into its place is not waited for, and not believed', async () => {
  const place = join(directory, 'agent.lock');
  for (const make of [
    ['mkfifo', place],
    ['ln', '-s', '/dev/null', place],
    ['install', '-o', '65534', '/dev/null', place],
  ]) {
    execFileSync(make[0] ?? '', make.slice(1));
    const { code, stderr } = await start(directory).ended;
    expect(code).toBe(1);
    expect(stderr).toContain(`${place}: it is no file of this user`);
    await rm(place);
  }
});

it.for([
  ['full', 'mount -t tmpfs -o size=4k none "$0" && head -c 4096 /dev/zero >"$0/all"', 'Make room'],
  ['without room for one more file', 'mount -t tmpfs -o nr_inodes=1 none "$0"', 'Make room'],
  ['read-only', 'mount -t tmpfs -o ro none "$0"', 'Its filesystem is read-only'],
] as const)('a state directory that is %s is told in one sentence, with what to do', async ([, mount, hint]) => {
  const { code, stderr } = await start(directory, ['unshare', '--mount', 'sh', '-c', `${mount}; exec "$@"`, directory])
    .ended;
  expect(code).toBe(1);
  const told = stderr.split('\n').filter((line) => line.includes('trimtab-agent: '));
  expect(told).toEqual([expect.stringMatching(/^trimtab-agent: cannot write: \S+: /)]);
  expect(stderr).toContain(hint);
});

it('an agent that runs keeps nobody from making the filesystem of its state directory read-only', async () => {
  const onItsOwn = ['unshare', '--mount', 'sh', '-c', 'mount -t tmpfs none "$0"; exec "$@"', directory];
  const { process: agent } = start(directory, onItsOwn);
  await collector.take('hello');
  const remount = () =>
    spawnSync('nsenter', ['--target', `${agent.pid}`, '--mount', 'mount', '-o', 'remount,ro', directory]).status;
  // Not while it writes what this guest is.
  await expect.poll(remount, { timeout: 20_000 }).toBe(0);
});

it('without flock(1) it runs, and says that a second one would not be noticed', async () => {
  const hide = 'mount --bind /dev/null "$(command -v flock)" && exec';
  const agent = start(directory, ['unshare', '--mount', 'sh', '-c', `${hide} "$@"`, 'sh']);
  await collector.take('hello');
  agent.process.kill('SIGTERM');
  expect((await agent.ended).stderr).toContain('would not be noticed: there is no flock(1)');
});

it('of many that start at once, one runs', async () => {
  const started = Array.from({ length: 5 }, () => start(directory));
  const ended = new Set<RunningAgent>();
  for (const agent of started) void agent.ended.then(() => ended.add(agent));
  await expect.poll(() => ended.size, { timeout: 60_000 }).toBe(4);
  await collector.take('hello');
}, 90_000);

it('folders whose paths begin alike are two', async () => {
  const long = join(directory, 'd'.repeat(90));
  for (const name of ['one', 'two']) {
    await mkdir(join(long, name), { recursive: true });
    const { ended } = start(join(long, name));
    expect(await Promise.race([collector.take('hello'), ended])).toMatchObject({ type: 'hello' });
  }
});
