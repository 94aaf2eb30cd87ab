import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { type Guest, startGuest } from '../support/guest/guest.ts';
import { prepareGuest } from '../support/guest/prepare.ts';
import { runCommand } from '../support/machine/command.ts';
import { askApi, askText } from '../support/programs/api-request.ts';
import { type CollectorUnderTest, startCollectorProgram } from '../support/programs/collector.ts';
import { AGENT_FILES, agentCommand } from '../support/programs/guest-agent.ts';

const MIB = 1024 ** 2;
const NAME = 'visitor';

let directory: string;
let collector: CollectorUnderTest;
let guest: Guest;

beforeAll(async () => {
  await prepareGuest({ say: (line) => console.error(line) });
  directory = await mkdtemp(join(tmpdir(), 'trimtab-visit-'));
  await runCommand('truncate', ['-s', '2G', image()]);
  collector = await startCollectorProgram({ directory });
  guest = await startGuest({
    name: NAME,
    directory: join(directory, 'guest'),
    disks: [{ id: 'data', path: image(), format: 'raw', bus: 'virtio-scsi', discard: 'unmap', serial: 'data' }],
    files: AGENT_FILES,
  });
  await guest.mustRun('mkfs.ext4 -q -E nodiscard,lazy_itable_init=1 /dev/sda && mkdir -p /data');
  await guest.mustRun('mount -o noinit_itable /dev/sda /data');
});

afterAll(async () => {
  await guest?.stop();
  await collector?.program.stop();
  await rm(directory, { recursive: true, force: true });
});

const image = () => join(directory, 'data.img');

async function visit(): Promise<string> {
  const args = ['--starter', 'timer', '--visit-every', '15m', '--minimum-interval', '0s'];
  return guest.mustRun(`(${agentCommand({ port: collector.agentPort, verb: 'visit', args })}) 2>&1`);
}

const own = async () => (await collector.guests()).guests.find(({ name }) => name === NAME);

it('a guest that visits is expected when it said, and nobody calls it away', async () => {
  expect(await visit()).toContain('the visit is over: nothing waits');
  await expect
    .poll(own, { timeout: 20_000 })
    .toMatchObject({ state: 'visits', agent: { connected: false, starter: 'timer' } });
  const row = await own();
  const inMs = Date.parse(row?.agent?.nextVisitAt ?? '') - Date.now();
  expect(inMs).toBeGreaterThan(10 * 60_000);
  expect(inMs).toBeLessThan(16 * 60_000);
  expect((await collector.trimtab('guests')).stdout).toMatch(/visitor +visits, \d\d:\d\d/);
});

it('a trim that was asked for waits until it comes, over a restart of the collector, and is done once', async () => {
  await guest.mustRun(`fill /data/file ${64 * MIB} && sync -f /data && rm /data/file && sync -f /data`);
  const requestId = await request();
  await collector.program.stop();
  collector = await startCollectorProgram({ directory, port: collector.agentPort });
  expect(await collector.history()).toEqual([]);
  for (const _ of ['the first', 'another']) expect(await visit()).toContain('the visit is over: nothing waits');
  const trims = await collector.history();
  expect(trims).toMatchObject([{ guest: NAME, requestId, disks: [{ device: 'sda', verdict: 'reclaimed' }] }]);
});

it('one that is called off before the guest comes never runs', async () => {
  const requestId = await request();
  const { socketPath } = collector;
  await askApi({ socketPath, path: `/v1/requests/${requestId}/cancel`, body: {} });
  expect(await visit()).toContain('nothing waits');
  expect(await collector.history()).toHaveLength(1);
  const { text } = await askText({ socketPath, path: `/v1/requests/${requestId}/events` });
  expect(text).toContain('"code":"cancelled"');
});

async function request(): Promise<string> {
  const body = { guest: NAME, mounts: ['/data'] };
  const answer = await askApi({ socketPath: collector.socketPath, path: '/v1/requests', body });
  return (answer.body as { readonly requestId: string }).requestId;
}
