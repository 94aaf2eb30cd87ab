import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, it } from 'vitest';
import type { TrimResult } from '../../collector/src/model/trim-result.ts';
import { allocationOf } from '../support/allocation.ts';
import { type Guest, startGuest } from '../support/guest/guest.ts';
import { prepareGuest } from '../support/guest/prepare.ts';
import { runCommand } from '../support/machine/command.ts';
import { type CollectorUnderTest, startCollectorProgram } from '../support/programs/collector.ts';
import { AGENT_FILES, agentCommand } from '../support/programs/guest-agent.ts';
import { textLength } from '../support/waiting/movement.ts';
import { waitWhileMoving } from '../support/waiting/wait-while-moving.ts';

const MIB = 1024 ** 2;
const NAME = 'on-schedule';
const STATE = '/var/lib/trimtab-agent';
/** Every five seconds: six fields, so that nobody waits for the minute. */
const SCHEDULE = '*/5 * * * * *';

let directory: string;
let collector: CollectorUnderTest;
let guest: Guest;

beforeAll(async () => {
  await prepareGuest({ say: (line) => console.error(line) });
  directory = await mkdtemp(join(tmpdir(), 'trimtab-schedule-'));
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

it('starts a trim by itself, and its report comes by the same path', async () => {
  await fillAndEmpty(64);
  const before = await allocationOf(image());
  await startAgent();
  const trim = await firstTrim('scheduled');
  expect(trim).toMatchObject({ guest: NAME, requestId: null });
  expect(trim.filesystems).toMatchObject([{ mount: '/data', outcome: { status: 'done' } }]);
  const [disk] = trim.disks;
  expect(disk).toMatchObject({ device: 'sda', image: image(), verdict: 'reclaimed' });
  const fellBytes = before - (await allocationOf(image()));
  expect(Math.abs((disk?.hops.reclaimedBytes ?? Number.NaN) - fellBytes)).toBeLessThan(MIB);
  expect(fellBytes).toBeGreaterThan(63 * MIB);
});

it('catches up once on what came due while the agent was stopped', async () => {
  await guest.mustRun('pid=$(cat /run/agent.pid); kill $pid; while [ -e /proc/$pid ]; do sleep 0.1; done');
  expect(await trimsBy('caught-up')).toEqual([]);
  await fillAndEmpty(32);
  const { nextDueAt } = JSON.parse(await guest.mustRun(`cat ${STATE}/schedule.json`));
  // By the guest's clock, and more than one due time later.
  await guest.mustRun(`until [ $(date +%s) -gt ${Math.ceil(nextDueAt / 1000) + 5} ]; do sleep 0.2; done`);
  await startAgent();
  const trim = await firstTrim('caught-up');
  expect(trim.requestId).toBeNull();
  expect(trim.disks).toMatchObject([{ device: 'sda', verdict: 'reclaimed' }]);

  // The schedule goes on, and nothing more is owed.
  const scheduled = (await trimsBy('scheduled')).length;
  await until('the schedule goes on', async () => (await trimsBy('scheduled')).length > scheduled || null);
  expect(await trimsBy('caught-up')).toHaveLength(1);
});

function image(): string {
  return join(directory, 'data.img');
}

async function startAgent(): Promise<void> {
  const args = ['--schedule', `'${SCHEDULE}'`, '--state-directory', STATE, '--minimum-interval', '0s'];
  const command = agentCommand({ port: collector.agentPort, args });
  await guest.mustRun(`${command} >>/run/agent.log 2>&1 & echo $! >/run/agent.pid`);
}

async function fillAndEmpty(mebibytes: number): Promise<void> {
  await guest.mustRun(`fill /data/file ${mebibytes * MIB} && sync -f /data && rm /data/file && sync -f /data`);
}

async function trimsBy(trigger: TrimResult['trigger']): Promise<readonly TrimResult[]> {
  return (await collector.history()).filter((trim) => trim.trigger === trigger);
}

/** The oldest that this trigger started, as soon as there is one. */
function firstTrim(trigger: TrimResult['trigger']): Promise<TrimResult> {
  return until(`a trim is ${trigger}`, async () => {
    const trim = (await trimsBy(trigger)).at(-1);
    if (trim === undefined) throw new Error(`The agent says:\n${await guest.mustRun('cat /run/agent.log')}`);
    return trim;
  });
}

function until<Found>(what: string, find: () => Promise<Found | null>): Promise<Found> {
  return waitWhileMoving({ what, find, movement: [textLength('the collector’s log', collector.program.output)] });
}
