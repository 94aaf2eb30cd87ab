import { mkdtemp, rm } from 'node:fs/promises';
import { join } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest';
import { type Guest, startGuest } from '../support/guest/guest.ts';
import { prepareGuest } from '../support/guest/prepare.ts';
import { runCommand } from '../support/machine/command.ts';
import { createCleanUp } from '../support/own-tools/clean-up.ts';
import { type CollectorUnderTest, startCollectorProgram } from '../support/programs/collector.ts';
import { AGENT_FILES, GUEST_AGENT } from '../support/programs/guest-agent.ts';
import { asOwnUser } from '../support/qemu-ga/own-user.ts';

// A real guest without any network device, whose agent speaks over a virtio-serial port: it has joined nothing, has no
// token, and is known by its channel. Each end is lost in turn.

const MIB = 1024 ** 2;
const NAME = 'channelled';
/** So that no collector of another test takes the port, which serves one. */
const OWN = asOwnUser(64_617);
const cleanUp = createCleanUp((line) => console.error(line));
let directory: string;
let collector: CollectorUnderTest;
let guest: Guest;

const AGENT = `${GUEST_AGENT} run --minimum-interval 0s --state-directory /data/agent`;
const startAgent = () => guest.mustRun(`${AGENT} >>/run/agent.log 2>&1 & echo $! >/run/agent.pid`);

async function setUp(): Promise<void> {
  await guest.mustRun('mkdir -p /data && mount -o noinit_itable /dev/sda /data');
  await startAgent();
}

beforeAll(async () => {
  await prepareGuest({ say: (line) => console.error(line) });
  directory = await cleanUp.make({
    what: 'the folder of this test',
    make: () => mkdtemp('/var/tmp/trimtab-channel-'),
    undo: (made) => rm(made, { recursive: true, force: true }),
  });
  const image = join(directory, 'image.raw');
  await runCommand('truncate', ['-s', '1G', image]);
  const socket = join(directory, 'port');
  guest = await cleanUp.make({
    what: 'the guest',
    make: () =>
      startGuest({
        name: NAME,
        directory: join(directory, 'guest'),
        network: false,
        through: OWN.through,
        disks: [{ id: 'data', path: image, format: 'raw', bus: 'virtio-scsi', discard: 'unmap', serial: NAME }],
        qemuArguments: [
          ...['-chardev', `socket,id=agent,path=${socket},server=on,wait=off`],
          ...['-device', 'virtserialport,bus=serial0.0,nr=2,chardev=agent,name=org.trimtab.agent.0'],
        ],
        files: AGENT_FILES,
      }),
    undo: (made) => made.stop(),
  });
  await start();
  await guest.mustRun('mkfs.ext4 -q -E nodiscard,lazy_itable_init=1 /dev/sda');
  await setUp();
});

afterAll(() => cleanUp.run());

afterEach(async ({ task }) => {
  if (task.result?.state === 'fail') await tellLogs();
});

/** Why a connection ended, each end says by itself. */
async function tellLogs(): Promise<void> {
  console.error(collector.program.output(), (await guest.run('cat /run/agent.log')).stdout);
}

async function start(): Promise<void> {
  collector = await cleanUp.make({
    what: 'the collector',
    make: () => startCollectorProgram({ directory, args: OWN.args }),
    undo: async (made) => made[Symbol.asyncDispose](),
  });
}

const connects = () => collector.untilConnected({ guest: NAME, mounts: ['/data'], movement: guest.movement });

async function ownRow() {
  const { guests } = await collector.guests();
  return guests.find(({ name }) => name === NAME);
}

/** A file that is deleted, and what the host got back for it. */
async function giveBack(): Promise<number> {
  await guest.mustRun('dd if=/dev/urandom of=/data/big bs=1M count=40 conv=fsync status=none && rm /data/big && sync');
  const { disks } = await collector.trim(NAME, '/data');
  return disks[0]?.hops.reclaimedBytes ?? Number.NaN;
}

/** Of this boot, as its agent tells. */
async function connections(): Promise<number> {
  const { stdout } = await guest.run('grep -c "connected to collector" /run/agent.log');
  return Number(stdout);
}

describe('a guest that has nothing but a virtio-serial port', () => {
  it('is known by its channel, without a token', async () => {
    await connects();
    expect(await ownRow()).toMatchObject({ proof: 'channel', state: 'connected' });
    expect(await guest.mustRun('ls /sys/class/net')).toBe('lo\n');
    expect(await guest.mustRun('ls /data/agent')).not.toContain('joined');
  });

  it('trims over it', async () => {
    expect(await giveBack()).toBeGreaterThan(35 * MIB);
  });

  it('comes back when the collector was killed, and another took its place at once', async () => {
    await collector.program.kill();
    await start();
    await connects();
    expect(await giveBack()).toBeGreaterThan(35 * MIB);
  });

  it('comes back when its agent was killed in the middle of what it said', async () => {
    const before = await connections();
    await guest.mustRun('kill -KILL $(cat /run/agent.pid)');
    await startAgent();
    await expect.poll(connections, { timeout: 120_000 }).toBeGreaterThan(before);
    await connects();
    expect(await giveBack()).toBeGreaterThan(35 * MIB);
  });

  it('comes back after a reset, of which no end of the channel is told', async () => {
    const bootId = await guest.mustRun('cat /proc/sys/kernel/random/boot_id');
    await guest.qmp('system_reset');
    await expect
      .poll(async () => (await guest.run('cat /proc/sys/kernel/random/boot_id')).stdout, { timeout: 120_000 })
      .not.toBe(bootId);
    await setUp();
    // The collector may have the session of before the reset still.
    await expect.poll(connections, { timeout: 120_000 }).toBeGreaterThan(0);
    await connects();
    expect(await giveBack()).toBeGreaterThan(35 * MIB);
  });

  it('comes back after a minute in which its QEMU stood still', async () => {
    process.kill(guest.pid, 'SIGSTOP');
    await delay(60_000);
    process.kill(guest.pid, 'SIGCONT');
    await expect.poll(async () => (await ownRow())?.state, { timeout: 120_000 }).toBe('connected');
    expect(await giveBack()).toBeGreaterThan(35 * MIB);
  });
});
