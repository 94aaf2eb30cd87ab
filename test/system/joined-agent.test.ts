import { mkdtemp, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, it } from 'vitest';
import { type CollectorUnderTest, startCollectorProgram } from '../support/programs/collector.ts';
import { AGENT_BUNDLE } from '../support/programs/own-programs.ts';
import { type Program, startProgram } from '../support/programs/program.ts';
import { runToEnd } from '../support/programs/run-to-end.ts';

interface Pair extends AsyncDisposable {
  /** `127.0.0.1`, where both ends prove themselves and nothing is encrypted; `localhost` is TLS to the agent. */
  readonly collector: CollectorUnderTest;
  token(...words: readonly string[]): Promise<string>;
  join(...words: readonly string[]): ReturnType<typeof runToEnd>;
  run(): Program;
  joined(): Promise<{ readonly pins: readonly string[]; readonly addresses: readonly string[] }>;
  restart(): Promise<void>;
}

/** A real collector, which takes nobody who has not joined, and a real agent of this very host. */
async function openPair(): Promise<Pair> {
  const directory = await mkdtemp(join(tmpdir(), 'trimtab-joined-'));
  const state = ['--state-directory', join(directory, 'agent')];
  let collector = await startCollectorProgram({ directory, takesUnenrolled: false });
  const agents: Program[] = [];
  return {
    get collector() {
      return collector;
    },
    async token(...words) {
      const { exitCode, stdout, stderr } = await collector.trimtab('enroll', ...words, '--json');
      if (exitCode !== 0) throw new Error(stderr);
      return (JSON.parse(stdout) as { token: string }).token;
    },
    join: (...words) => runToEnd(process.execPath, [AGENT_BUNDLE, 'join', ...words, ...state]),
    run() {
      const agent = startProgram(AGENT_BUNDLE, ['run', ...state]);
      agents.push(agent);
      return agent;
    },
    joined: async () => JSON.parse(await readFile(join(directory, 'agent', 'joined.json'), 'utf8')).collectors[0],
    async restart() {
      const port = collector.agentPort;
      await collector.program.stop();
      collector = await startCollectorProgram({ directory, takesUnenrolled: false, port });
    },
    async [Symbol.asyncDispose]() {
      await Promise.all(agents.map((agent) => agent.stop()));
      await collector[Symbol.asyncDispose]();
      await rm(directory, { recursive: true, force: true });
    },
  };
}

it.each(['127.0.0.1', 'localhost'])(
  'joins by the printed token at %s, is known by its key, and comes back to a collector that was restarted',
  async (host) => {
    await using pair = await openPair();
    const at = `${host}:${pair.collector.agentPort}`;
    const joined = await pair.join(await pair.token('web-7'), '--collector', at);
    expect(joined.stderr).toBe('');
    expect(joined.stdout).toContain(`joined the host at ${at} as web-7; `);
    const agent = pair.run();
    await agent.says(/connected to collector \S+, which knows this guest as web-7/);
    const from = agent.output().length;
    await pair.restart();
    await agent.says(/which knows this guest as web-7/, { from });
    const { guests } = await pair.collector.guests();
    expect(guests.find(({ name }) => name === 'web-7')).toMatchObject({ proof: 'key', agent: { connected: true } });
  },
);

it('follows a key that is changed, and is let in by it when the one before is gone', async () => {
  await using pair = await openPair();
  await pair.join(await pair.token('web-7'), '--collector', `localhost:${pair.collector.agentPort}`);
  const [before] = (await pair.joined()).pins;
  const agent = pair.run();
  await agent.says(/connected to collector/);
  expect((await pair.collector.trimtab('keys', 'rotate')).exitCode).toBe(0);
  // The collector looks each minute whether there is something to tell.
  await expect.poll(async () => (await pair.joined()).pins.length, { timeout: 100_000 }).toBe(2);
  const [next] = (await pair.joined()).pins;
  expect(next).not.toBe(before);
  const from = agent.output().length;
  await pair.restart();
  await agent.says(/connected to collector/, { from });
});

it('is told why it is let in no more, and comes back when it is again', async () => {
  await using pair = await openPair();
  await pair.join(await pair.token('web-7'), '--collector', `localhost:${pair.collector.agentPort}`);
  const agent = pair.run();
  await agent.says(/connected to collector/);
  const from = agent.output().length;
  await pair.collector.trimtab('guests', 'revoke', 'web-7');
  await agent.says(/the host has revoked the key of this guest \(4403.*trimtab guests reinstate GUEST/, { from });
  expect((await pair.join(await pair.token('web-7'))).exitCode).toBe(3);
  await pair.collector.trimtab('guests', 'reinstate', 'web-7');
  await agent.says(/connected to collector/, { from });
});

it.each([
  [
    'used',
    async (pair: Pair) => {
      const token = await pair.token();
      await pair.join(token, '--collector', `127.0.0.1:${pair.collector.agentPort}`);
      return { token, words: ['--again'] };
    },
    /this token was used/,
  ],
  [
    'withdrawn',
    async (pair: Pair) => {
      const token = await pair.token();
      const { stdout } = await pair.collector.trimtab('enroll', '--list', '--json');
      const [{ id } = expect.fail()] = (JSON.parse(stdout) as { enrolments: { id: string }[] }).enrolments;
      await pair.collector.trimtab('enroll', '--withdraw', id);
      return { token, words: [] };
    },
    /the host has made no such token/,
  ],
] as const)('is not let in by a token that is %s', async (_what, make, sentence) => {
  await using pair = await openPair();
  const { token, words } = await make(pair);
  const at = ['--collector', `127.0.0.1:${pair.collector.agentPort}`];
  expect(await pair.join(token, ...at, ...words)).toMatchObject({
    exitCode: 3,
    stderr: expect.stringMatching(sentence),
  });
});

it('is not taken without a key, and told how to join', async () => {
  await using pair = await openPair();
  const state = await mkdtemp(join(tmpdir(), 'trimtab-bare-'));
  const at = `127.0.0.1:${pair.collector.agentPort}`;
  await using agent = startProgram(AGENT_BUNDLE, ['run', '--collector', at, '--state-directory', state]);
  await agent.says(/the host takes no guest that has not joined \(4405.*trimtab-agent join TOKEN/);
  await agent.stop();
  await rm(state, { recursive: true });
});
