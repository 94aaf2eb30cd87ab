import { existsSync, readdirSync } from 'node:fs';
import { mkdtemp, rm } from 'node:fs/promises';
import { hostname, tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { createLoopDisk, type LoopDisk } from '../support/machine/loop-disk.ts';
import { askApi } from '../support/programs/api-request.ts';
import { type CollectorUnderTest, startCollectorProgram } from '../support/programs/collector.ts';
import { startHostAgent } from '../support/programs/host-agent.ts';
import type { Program } from '../support/programs/program.ts';
import { createRandom } from '../support/random.ts';
import { seedsFor, underSeed } from '../support/seeds.ts';
import { waitWhileMoving } from '../support/waiting/wait-while-moving.ts';

// Either program stands still (SIGSTOP) at some moment of a trim, as on a host that swaps or is suspended, and goes on.

/** In the soak so long that the other side has given it up twice over. */
const STOPPED_MS = process.env.TRIMTAB_SOAK_SEEDS === undefined ? 3_000 : 60_000;
const MIB = 1024 ** 2;
/** A trim of this disk takes no longer, from its request to its end. */
const SPAN_MS = 400;

let directory: string;
let disk: LoopDisk;
let collector: CollectorUnderTest;
let agent: Program;

beforeAll(async () => {
  directory = await mkdtemp(join(tmpdir(), 'trimtab-stopped-'));
  disk = await createLoopDisk({ directory, name: 'disk', bytes: 64 * MIB });
  collector = await startCollectorProgram({ directory });
  agent = startHostAgent({ directory, port: collector.agentPort, args: ['--minimum-interval', '0ms'] });
  await connected();
});

afterAll(async () => {
  await agent?.stop();
  await collector?.program.stop();
  await disk?.[Symbol.asyncDispose]();
  await rm(directory, { recursive: true, force: true });
});

it.each(seedsFor({ suite: 1 }))(
  `a trim is stored once, with its outcome, whichever side stood still for ${STOPPED_MS / 1000} s (seed %i)`,
  (seed) =>
    underSeed(seed, async () => {
      const random = createRandom(seed);
      for (const victim of ['agent', 'collector'] as const) {
        const trimId = await beginTrim();
        await delay(random() * SPAN_MS);
        await standStill(victim === 'agent' ? agent : collector.program);
        await until(`trim ${trimId} is stored`, async () => (await storedIds()).includes(trimId));
        await until('the agent has delivered everything', async () => keptByAgent() === 0);
        const [trim] = (await collector.history()).filter(({ id }) => id === trimId);
        expect((await storedIds()).filter((id) => id === trimId)).toEqual([trimId]);
        expect(trim?.filesystems).toMatchObject([{ mount: disk.mount, outcome: { status: 'done' } }]);
        await connected();
      }
      expect(agent.hasEnded() || collector.program.hasEnded()).toBe(false);
      expect(collector.program.output()).not.toContain('"level":50');
    }),
);

async function standStill(program: Program): Promise<void> {
  process.kill(program.pid, 'SIGSTOP');
  try {
    await delay(STOPPED_MS);
  } finally {
    process.kill(program.pid, 'SIGCONT');
  }
}

/** Resolves with the id of the trim when the agent has taken it up. */
async function beginTrim(): Promise<string> {
  const from = agent.output().length;
  const body = { guest: hostname(), mounts: [disk.mount] };
  expect(await askApi({ socketPath: collector.socketPath, path: '/v1/requests', body })).toMatchObject({ status: 202 });
  const [, trimId = ''] = await agent.says(/trim ([0-9a-f-]{36}) \(requested\) of/, { from });
  return trimId;
}

async function storedIds(): Promise<readonly string[]> {
  return (await collector.history()).map(({ id }) => id);
}

function keptByAgent(): number {
  const folder = join(directory, 'agent/outbox');
  const reports = existsSync(folder) ? readdirSync(folder).filter((name) => name.endsWith('.json')).length : 0;
  return reports + (existsSync(join(directory, 'agent/journal.json')) ? 1 : 0);
}

function connected(): Promise<void> {
  return collector.untilConnected({ guest: hostname(), mounts: [disk.mount], movement: agent.movement });
}

async function until(what: string, holds: () => Promise<boolean>): Promise<void> {
  await waitWhileMoving({
    what,
    movement: [...agent.movement, ...collector.program.movement],
    describe: () => `${agent.output()}\n${collector.program.output()}`,
    find: async () => (await holds()) || null,
  });
}
