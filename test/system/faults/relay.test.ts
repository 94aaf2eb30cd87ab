import { randomUUID } from 'node:crypto';
import { existsSync, readdirSync } from 'node:fs';
import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { TrimId, TrimReport } from '@trimtab/protocol';
import { afterAll, beforeAll, expect, it } from 'vitest';
import type { HistoryPage } from '../../../collector/src/model/trim-summary.ts';
import { type NetworkNamespace, openNetwork } from '../../support/network/namespace.ts';
import { createCleanUp } from '../../support/own-tools/clean-up.ts';
import { askApi } from '../../support/programs/api-request.ts';
import { type CollectorUnderTest, startCollectorProgram } from '../../support/programs/collector.ts';
import { AGENT_BUNDLE } from '../../support/programs/own-programs.ts';
import { type Program, startProgram } from '../../support/programs/program.ts';
import { toWireReport } from '../../support/programs/wire-peer.ts';
import { createRandom } from '../../support/random.ts';
import { seedsFor, underSeed } from '../../support/seeds.ts';
import { waitWhileMoving } from '../../support/waiting/wait-while-moving.ts';

// A collector and an agent that has joined it, in two networks, and a bad cable between them: it loses, delays, reorders
// and doubles frames, is cut for some seconds, and resets connections in the middle of what they say.

const REPORTS = 500;
const MOST_FILESYSTEMS = 40;
const CABLE = join(import.meta.dirname, '../../support/network/bad-cable.ts');
/** Of the two ends of the cable; TEST-NET-1 and 2 of RFC 5737 are nobody's. */
const [HOST, GUEST] = ['198.51.100.1', '198.51.100.2'];
const PLUGS = { host: ['192.0.2.1', '192.0.2.2'], guest: ['192.0.2.5', '192.0.2.6'] } as const;

const cleanUp = createCleanUp((line) => console.error(line));
const networks: NetworkNamespace[] = [];
let directory: string;

beforeAll(async () => {
  directory = await cleanUp.make({
    what: 'the folder of this test',
    make: () => mkdtemp(join(tmpdir(), 'trimtab-relay-')),
    undo: (made) => rm(made, { recursive: true, force: true }),
  });
  for (const what of ['cable', 'host', 'guest'])
    networks.push(
      await cleanUp.make({
        what: `the network of the ${what}`,
        make: openNetwork,
        undo: async (made) => made[Symbol.asyncDispose](),
      }),
    );
  await plugIn({ what: 'host', network: networkOf(1), address: HOST });
  await plugIn({ what: 'guest', network: networkOf(2), address: GUEST });
});
afterAll(() => cleanUp.run());

function networkOf(index: number): NetworkNamespace {
  const network = networks[index];
  if (network === undefined) throw new Error(`there is no network ${index}`);
  return network;
}

/** A network whose one card is VXLAN (RFC 7348): its frames arrive at the cable as datagrams. */
async function plugIn(call: { what: keyof typeof PLUGS; network: NetworkNamespace; address: string }): Promise<void> {
  const { what, network, address } = call;
  const [here, there] = PLUGS[what];
  const cable = networkOf(0);
  await cable.run(
    `ip link add ${what} type veth peer name under netns ${network.pid}
     ip addr add ${here}/30 dev ${what} && ip link set ${what} up`,
  );
  // What a card would cut into frames, the kernel cuts.
  await network.run(
    `ip addr add ${there}/30 dev under && ip link set under gso_max_segs 1 up
     ip link add eth0 type vxlan id 7 remote ${here} dstport 4789 dev under
     ip addr add ${address}/24 dev eth0 && ip link set eth0 mtu 1400 gso_max_segs 1 up`,
  );
}

it.each(seedsFor({ suite: 1 }))(
  `${REPORTS} reports over a bad cable: none is lost, none is stored twice (seed %i)`,
  (seed) => underSeed(seed, () => deliver(seed)),
);

async function deliver(seed: number): Promise<void> {
  const own = join(directory, `${seed}`);
  await mkdir(own);
  const ends = Object.values(PLUGS).map((plug) => plug.join('='));
  await using cable = startProgram(CABLE, [`${seed}`, ...ends], { through: networkOf(0).through });
  await cable.says(/^carrying$/m);
  await using collector = await startCollectorProgram({
    directory: own,
    takesUnenrolled: false,
    address: HOST,
    through: networkOf(1).through,
  });
  const stateDirectory = join(own, 'agent');
  await joinIt({ collector, stateDirectory });
  const reports = await fillOutbox({ stateDirectory, random: createRandom(seed) });

  process.kill(cable.pid, 'SIGUSR2');
  await using agent = startAgent(['run', '--state-directory', stateDirectory]);
  await untilDelivered({ agent, collector, stateDirectory });

  expect((await storedIds(collector)).toSorted()).toEqual(reports.map(({ id }) => id as string).toSorted());
  expect(agent.hasEnded() || collector.program.hasEnded()).toBe(false);
  expect(collector.program.output()).not.toContain('"level":50');
  // A cable that does none of it would prove nothing.
  const [did] = [...cable.output().matchAll(/^\{.*\}$/gm)].at(-1) ?? ['{}'];
  const counts = JSON.parse(did) as Readonly<Record<string, number>>;
  for (const fault of ['lost', 'doubled', 'late', 'parted', 'reset', 'ended'])
    expect(counts[fault], fault).toBeGreaterThan(0);
}

function startAgent(args: readonly string[]): Program {
  return startProgram(AGENT_BUNDLE, args, { through: networkOf(2).through });
}

/** Of all pages. */
async function storedIds({ socketPath }: CollectorUnderTest): Promise<readonly string[]> {
  const ids: string[] = [];
  let before = '';
  do {
    const { body } = await askApi({ socketPath, path: `/v1/trims?limit=1000${before}` });
    const { trims, older } = body as HistoryPage;
    ids.push(...trims.map(({ id }) => id));
    before = older === null ? '' : `&before=${older}`;
  } while (before !== '');
  return ids;
}

async function joinIt({ collector, stateDirectory }: { collector: CollectorUnderTest; stateDirectory: string }) {
  const { stdout } = await collector.trimtab('enroll', 'far', '--json');
  const { token } = JSON.parse(stdout) as { readonly token: string };
  await using joining = startAgent(['join', token, '--state-directory', stateDirectory]);
  expect(await joining.exitCode(), joining.output()).toBe(0);
}

/** As an agent has it that could not deliver for months. */
async function fillOutbox({ stateDirectory, random }: { stateDirectory: string; random: () => number }) {
  const folder = join(stateDirectory, 'outbox');
  await mkdir(folder, { recursive: true });
  const reports = Array.from({ length: REPORTS }, (_, index) => aReport({ index, random }));
  for (const report of reports)
    await writeFile(
      join(folder, `${`${report.startedAt}`.padStart(16, '0')}_${report.id}.json`),
      JSON.stringify(report),
    );
  return reports;
}

function aReport({ index, random }: { index: number; random: () => number }): TrimReport {
  const report = toWireReport({
    id: randomUUID() as string as TrimId,
    startedAt: Date.now() - (REPORTS - index) * 60_000,
  });
  const [filesystem] = report.filesystems;
  if (filesystem === undefined) throw new Error('the example is empty');
  const count = Math.ceil(random() * MOST_FILESYSTEMS);
  return { ...report, filesystems: Array.from({ length: count }, (_, at) => ({ ...filesystem, mount: `/srv/${at}` })) };
}

function untilDelivered(call: {
  agent: Program;
  collector: CollectorUnderTest;
  stateDirectory: string;
}): Promise<true> {
  const { agent, collector, stateDirectory } = call;
  const folder = join(stateDirectory, 'outbox');
  const kept = () => (existsSync(folder) ? readdirSync(folder).filter((name) => name.endsWith('.json')).length : 0);
  return waitWhileMoving({
    what: 'the agent has delivered everything',
    movement: [...agent.movement, ...collector.program.movement],
    describe: () => `${kept()} reports wait\n${agent.output()}\n${collector.program.output()}`,
    find: () => (kept() === 0 ? true : null),
  });
}
