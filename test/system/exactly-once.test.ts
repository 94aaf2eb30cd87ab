import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { copyFile, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { hostname, tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import { afterAll, beforeAll, expect, it } from 'vitest';
import type { TrimResult } from '../../collector/src/model/trim-result.ts';
import type { TrimSummary } from '../../collector/src/model/trim-summary.ts';
import { commandPath } from '../support/machine/command.ts';
import { createLoopDisk, type LoopDisk } from '../support/machine/loop-disk.ts';
import { askApi } from '../support/programs/api-request.ts';
import { type CollectorUnderTest, startCollectorProgram } from '../support/programs/collector.ts';
import { startHostAgent } from '../support/programs/host-agent.ts';
import type { Program } from '../support/programs/program.ts';
import { createRandom } from '../support/random.ts';
import { seedsFor, underSeed } from '../support/seeds.ts';
import { waitWhileMoving } from '../support/waiting/wait-while-moving.ts';

// Agent and collector as real processes, killed with SIGKILL while a trim is on its way between them.
/** This one is to hit every moment that matters. */
const KNOWN_SEED = 20261123;
const ROUNDS = 50;
/** How long a trim takes changes with what else the machine does: where moments were missed by then, it goes on. */
const MOST_ROUNDS = 4 * ROUNDS;
const MIB = 1024 ** 2;

/**
 * What is known of one round without the history: our own fstrim counts, and the files that the agent left when it was
 * killed.
 */
interface Round {
  readonly victim: 'agent' | 'collector';
  readonly trimId: string;
  readonly fstrimRuns: number;
  /** Where the trim stood when the agent was killed; null when it has no note of it, or was not killed. */
  readonly left: 'journal' | 'outbox' | null;
  /** Had the collector that was killed the trim stored by its own word? */
  readonly concluded: boolean;
}

let directory: string;
let disk: LoopDisk;
let collector: CollectorUnderTest;
let agent: Program;

beforeAll(async () => {
  directory = await mkdtemp(join(tmpdir(), 'trimtab-once-'));
  disk = await createLoopDisk({ directory, name: 'disk', bytes: 64 * MIB });
  await copyFile(commandPath('fstrim') ?? 'no fstrim on this host', join(directory, 'fstrim'));
  const script = `#!/bin/sh\necho "$@" >>${directory}/runs\nsleep 0.05\nexec ${directory}/fstrim "$@"\n`;
  await writeFile(join(directory, 'counting-fstrim'), script, { mode: 0o755 });
  await writeFile(join(directory, 'runs'), '');
  collector = await startCollectorProgram({ directory });
  startAgent();
  await connected();
});

afterAll(async () => {
  await agent?.stop();
  await collector?.program.stop();
  await disk?.[Symbol.asyncDispose]();
  await rm(directory, { recursive: true, force: true });
});

it.each(seedsFor({ suite: 1, suiteFrom: KNOWN_SEED }))(
  `stores every started trim exactly once, whatever is killed when (${ROUNDS} moments, seed %i)`,
  (seed) => underSeed(seed, () => killAtMoments(seed)),
);

async function killAtMoments(seed: number): Promise<void> {
  const random = createRandom(seed);
  const before = new Set((await history()).map(({ id }) => id));
  const { trimId: calm, spanMs } = await trimInPeace();
  const rounds: Round[] = [];
  const isEnough = () => rounds.length >= ROUNDS && (seed !== KNOWN_SEED || listMissed(rounds).length === 0);
  for (let index = 0; !isEnough() && index < MOST_ROUNDS; index += 1) {
    const victim = index % 2 === 0 ? 'agent' : 'collector';
    const moment = { trimId: await beginTrim(), afterMs: random() * spanMs };
    rounds.push(victim === 'agent' ? await killAgent(moment) : await killCollector(moment));
  }

  const trims = (await history()).filter(({ id }) => !before.has(id));
  const ids = trims.map(({ id }) => id);
  expect(ids.length).toBe(new Set(ids).size);
  expect(ids.toSorted()).toEqual([calm, ...rounds.filter(wasStarted).map(({ trimId }) => trimId)].toSorted());
  expect(waitingReports()).toEqual([]);
  expect(existsSync(journal())).toBe(false);

  for (const round of rounds.filter(wasStarted)) {
    const [filesystem] = (await wholeTrim(round.trimId)).filesystems;
    if (round.left === 'journal') {
      expect(filesystem?.outcome).toMatchObject({
        status: 'failed',
        message: expect.stringContaining('the agent ended while this trim ran'),
      });
    } else expect(filesystem?.outcome).toMatchObject({ status: 'done' });
  }

  // A seed that hit none of the moments would prove nothing.
  if (seed === KNOWN_SEED) expect(listMissed(rounds)).toEqual([]);
}

const MOMENTS: Readonly<Record<string, (round: Round) => boolean>> = {
  'an agent in the middle of its trim': ({ left }) => left === 'journal',
  'an agent whose report is not stored yet': ({ left }) => left === 'outbox',
  'a collector that has not concluded': ({ victim, concluded }) => victim === 'collector' && !concluded,
};

/** The moments that matter at which nobody was killed. */
function listMissed(rounds: readonly Round[]): string[] {
  return Object.entries(MOMENTS).flatMap(([name, isHit]) => (rounds.some(isHit) ? [] : [name]));
}

/** An agent that lives finishes what it began. */
function wasStarted({ victim, left, fstrimRuns }: Round): boolean {
  return victim === 'collector' || left !== null || fstrimRuns > 0;
}

/** How long a trim takes that nobody disturbs, from intent to the end: the span of the moments. */
async function trimInPeace(): Promise<{ trimId: string; spanMs: number }> {
  const trimId = await beginTrim();
  const beganMs = performance.now();
  await collector.program.says(concluded(trimId));
  return { trimId, spanMs: (performance.now() - beganMs) * 1.1 };
}

interface Moment {
  readonly trimId: string;
  readonly afterMs: number;
}

async function killAgent({ trimId, afterMs }: Moment): Promise<Round> {
  const before = fstrimRuns();
  await delay(afterMs);
  const from = collector.program.output().length;
  await agent.kill();
  const left = waitingReports().includes(trimId) ? 'outbox' : journalHolds(trimId) ? 'journal' : null;
  // The collector may take the dead one for connected until it has noticed.
  await collector.program.says(/"msg":"guest disconnected"/, { from });
  startAgent();
  await connected();
  await settled();
  const runs = fstrimRuns() - before;
  if (left !== null || runs > 0) await stored(trimId);
  return { victim: 'agent', trimId, left, fstrimRuns: runs, concluded: false };
}

async function killCollector({ trimId, afterMs }: Moment): Promise<Round> {
  const before = fstrimRuns();
  await delay(afterMs);
  await collector.program.kill();
  const wasConcluded = concluded(trimId).test(collector.program.output());
  collector = await startCollectorProgram({ directory, port: collector.agentPort });
  await connected();
  await stored(trimId);
  await settled();
  return { victim: 'collector', trimId, left: null, fstrimRuns: fstrimRuns() - before, concluded: wasConcluded };
}

/** Asks for a trim, and resolves with its id when the agent has taken it up. */
async function beginTrim(): Promise<string> {
  const from = agent.output().length;
  const body = { guest: hostname(), mounts: [disk.mount] };
  const answer = await askApi({ socketPath: collector.socketPath, path: '/v1/requests', body });
  expect(answer).toMatchObject({ status: 202 });
  const [, trimId = ''] = await agent.says(/trim ([0-9a-f-]{36}) \(requested\) of/, { from });
  return trimId;
}

function startAgent(): void {
  agent = startHostAgent({
    directory,
    port: collector.agentPort,
    args: ['--minimum-interval', '0ms', '--grant-patience', '300ms'],
    fstrim: join(directory, 'counting-fstrim'),
  });
}

const concluded = (trimId: string) => new RegExp(`"trimId":"${trimId}".*"trim concluded"`);
const journal = () => join(directory, 'agent/journal.json');
const journalHolds = (trimId: string) => existsSync(journal()) && readFileSync(journal(), 'utf8').includes(trimId);
const fstrimRuns = () => readFileSync(join(directory, 'runs'), 'utf8').split('\n').length - 1;

/** The trims whose reports the agent still keeps. */
function waitingReports(): string[] {
  const folder = join(directory, 'agent/outbox');
  if (!existsSync(folder)) return [];
  return readdirSync(folder).flatMap((name) => /_([0-9a-f-]{36})\.json$/.exec(name)?.[1] ?? []);
}

async function history(): Promise<readonly TrimSummary[]> {
  const { body } = await askApi({ socketPath: collector.socketPath, path: '/v1/trims?limit=1000' });
  return (body as { trims: readonly TrimSummary[] }).trims;
}

async function wholeTrim(trimId: string): Promise<TrimResult> {
  return (await askApi({ socketPath: collector.socketPath, path: `/v1/trims/${trimId}` })).body as TrimResult;
}

async function connected(): Promise<void> {
  await until('the agent is connected', async () => {
    const { body } = await askApi({ socketPath: collector.socketPath, path: '/v1/guests' });
    const { guests } = body as { guests: { agent: { connected: boolean } | null; inventory: unknown }[] };
    return guests.some(({ agent: link, inventory }) => link?.connected === true && inventory !== null);
  });
}

async function stored(trimId: string): Promise<void> {
  await until(`trim ${trimId} is stored`, async () => (await history()).some(({ id }) => id === trimId));
}

/** Nothing is kept that was not acknowledged. */
async function settled(): Promise<void> {
  await until(
    'the agent has delivered everything',
    async () => waitingReports().length === 0 && !existsSync(journal()),
  );
}

async function until(what: string, holds: () => Promise<boolean>): Promise<void> {
  await waitWhileMoving({
    what,
    movement: [...agent.movement, ...collector.program.movement],
    betweenMs: 20,
    describe: () => `The agent says:\n${agent.output()}\n${collector.program.output()}`,
    find: async () => (await holds()) || null,
  });
}
