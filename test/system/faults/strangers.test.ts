import { randomUUID } from 'node:crypto';
import { mkdtemp, rm, truncate, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { expectPlain, expectPlainJson, HOSTILE_TEXT } from '../../support/hostile-text.ts';
import { askApi } from '../../support/programs/api-request.ts';
import { type CollectorUnderTest, startCollectorProgram } from '../../support/programs/collector.ts';
import { connectPeer, toWireInventory, toWireReport, type WirePeer } from '../../support/programs/wire-peer.ts';

// A guest of this host, and strangers who would like to be taken for it, to change its record, or to write a line.
const GIB = 1024 ** 3;
const UUID = randomUUID();

let directory: string;
let collector: CollectorUnderTest;
let web: WirePeer;

beforeAll(async () => {
  directory = await mkdtemp(join(tmpdir(), 'trimtab-strangers-'));
  const image = join(directory, 'web-1.raw');
  await writeFile(image, '');
  await truncate(image, GIB);
  const entry = { name: 'web-1', uuid: UUID, disk: [{ image, serial: 'the-disk' }] };
  collector = await startCollectorProgram({ directory, args: ['--guest', JSON.stringify([entry])] });
  web = await connect({ hostname: 'web-1', productUuid: UUID });
  web.say({ type: 'inventory', inventory: toWireInventory('the-disk') });
  await store(web);
});
afterAll(async () => {
  await web?.leave();
  await collector?.program.stop();
  await rm(directory, { recursive: true, force: true });
});

describe('a stranger that takes the name of a guest', () => {
  let twin: WirePeer;
  beforeAll(async () => {
    twin = await connect({ hostname: 'web-1' });
    twin.say({ type: 'inventory', inventory: toWireInventory('another-disk') });
    for (let nth = 0; nth < 60; nth += 1) await store(twin, 8_640_000_000_000_000 - nth);
  });
  afterAll(() => twin?.leave());

  it('is called something else, and the guest keeps its name', async () => {
    expect([web.name, twin.name]).toEqual(['web-1', 'web-1~2']);
    const { guests } = await collector.guests();
    expect(guests.map(({ name }) => name).filter((name) => name.startsWith('web-1'))).toEqual(['web-1', 'web-1~2']);
  });

  it('gets none of its requests', async () => {
    const body = { guest: 'web-1', mounts: null };
    const answer = await askApi({ socketPath: collector.socketPath, path: '/v1/requests', body });
    expect(answer.status).toBe(202);
    expect((await web.hears('request')).requestId).toBe((answer.body as { requestId: string }).requestId);
  });

  it('adds nothing to its history, nor takes from what the doctor knows of it', async () => {
    const ofWeb = JSON.parse((await collector.trimtab('history', 'web-1', '--json')).stdout);
    expect(ofWeb.trims.map(({ guest }: { guest: string }) => guest)).toEqual(['web-1']);
    const { stdout } = await collector.trimtab('doctor', 'web-1');
    expect(stdout.replaceAll(/\s+/g, ' ')).toMatch(/; last trim 20\d\d-/);
  });

  it('does not stand before those who trim later, whatever its clock says', async () => {
    await store(web);
    const [newest] = await collector.history();
    expect(newest).toMatchObject({ guest: 'web-1' });
  });

  it('is told of by the host’s clock, and what its own said is told as its word', async () => {
    const [forged] = JSON.parse((await collector.trimtab('history', 'web-1~2', '--json')).stdout).trims;
    const { stdout } = await collector.trimtab('history', forged.id);
    expect(stdout.replaceAll(/\s+/g, ' ')).toMatch(/scheduled, 20\d\d-.* \(its clock said \+275760-09-1/);
    const list = await collector.trimtab('history', 'web-1~2');
    expect(list.stdout).not.toContain('275760');
    expect(list.stdout.split('\n').filter((line) => line.length > 80)).toEqual([]);
  });
});

it('a stranger whose name is the id of a guest is not asked in its place', async () => {
  const id = (await collector.guests()).guests.find(({ name }) => name === 'web-1')?.id ?? '';
  const stranger = await connect({ hostname: id });
  const body = { guest: id, mounts: null };
  await askApi({ socketPath: collector.socketPath, path: '/v1/requests', body });
  expect(await web.hears('request')).toBeDefined();
  await stranger.leave();
});

it('a stranger’s words are text wherever they are told: in errors, in the log, in JSON', async () => {
  const hostname = HOSTILE_TEXT.slice(0, 200).toWellFormed();
  const stranger = await connect({ hostname });
  const inventory = toWireInventory(hostname);
  const mount = `/${hostname}`;
  stranger.say({
    type: 'inventory',
    inventory: { ...inventory, filesystems: inventory.filesystems.map((each) => ({ ...each, mount })) },
  });
  await store(stranger);

  const noSuchMount = await collector.trimtab('trim', stranger.name, '/nowhere');
  expect(noSuchMount.stderr).toContain('It has: /x');
  expectPlain(noSuchMount.stderr);

  const refusal = collector.trimtab('trim', stranger.name);
  const { requestId } = await stranger.hears('request');
  const problem = { code: 'busy', operation: hostname, subject: hostname, cause: hostname, hint: hostname };
  stranger.say({ type: 'problem', about: requestId as never, problem });
  const refused = await refusal;
  expect(refused.stderr).toContain('INJECTED');
  expectPlain(refused.stderr);

  for (const verb of ['guests', 'history', 'doctor', 'status']) {
    expectPlain((await collector.trimtab(verb)).stdout);
    expectPlainJson((await collector.trimtab(verb, '--json')).stdout);
  }
  await stranger.leave();
  expectPlainJson(collector.program.output());
});

function connect(guest: Parameters<typeof connectPeer>[0]['guest']): Promise<WirePeer> {
  return connectPeer({ port: collector.agentPort, guest, collector: collector.program });
}

async function store(peer: WirePeer, startedAt = Date.now()): Promise<void> {
  peer.say({ type: 'report', report: toWireReport({ startedAt }) });
  await peer.hears('acknowledged');
}
