import { mkdtemp, rm } from 'node:fs/promises';
import { join } from 'node:path';
import { afterAll, afterEach, beforeAll, expect, it } from 'vitest';
import { type Guest, startGuest } from '../support/guest/guest.ts';
import { prepareGuest } from '../support/guest/prepare.ts';
import { runCommand } from '../support/machine/command.ts';
import { createCleanUp } from '../support/own-tools/clean-up.ts';
import { type CollectorUnderTest, startCollectorProgram } from '../support/programs/collector.ts';
import { AGENT_FILES, agentCommand } from '../support/programs/guest-agent.ts';
import { asOwnUser } from '../support/qemu-ga/own-user.ts';

// A real guest that is connected by its network when a virtio-serial port is plugged into it, as `virsh attach-device`
// does.

const MIB = 1024 ** 2;
const NAME = 'plugged';
/** So that no collector of another test takes the port, which serves one. */
const OWN = asOwnUser(64_618);
/** As on the command line, by which the collector knows whose port it is. */
const PORT = { bus: 'serial0.0', nr: 2, chardev: 'agent', name: 'org.trimtab.agent.0', id: 'own-port' };
const cleanUp = createCleanUp((line) => console.error(line));
let directory: string;
let collector: CollectorUnderTest;
let guest: Guest;

beforeAll(async () => {
  await prepareGuest({ say: (line) => console.error(line) });
  directory = await cleanUp.make({
    what: 'the folder of this test',
    make: () => mkdtemp('/var/tmp/trimtab-plugged-'),
    undo: (made) => rm(made, { recursive: true, force: true }),
  });
  const image = join(directory, 'image.raw');
  await runCommand('truncate', ['-s', '512M', image]);
  await runCommand('mkfs.ext4', ['-q', '-E', 'nodiscard,lazy_itable_init=1', image]);
  const device = Object.entries(PORT).map(([key, value]) => `${key}=${value}`);
  guest = await cleanUp.make({
    what: 'the guest',
    make: () =>
      startGuest({
        name: NAME,
        directory: join(directory, 'guest'),
        through: OWN.through,
        disks: [{ id: 'data', path: image, format: 'raw', bus: 'virtio-scsi', discard: 'unmap', serial: NAME }],
        qemuArguments: [
          ...['-chardev', `socket,id=agent,path=${join(directory, 'port')},server=on,wait=off`],
          ...['-device', ['virtserialport', ...device].join(',')],
        ],
        files: AGENT_FILES,
      }),
    undo: (made) => made.stop(),
  });
  collector = await cleanUp.make({
    what: 'the collector',
    make: () => startCollectorProgram({ directory, args: OWN.args }),
    undo: async (made) => made[Symbol.asyncDispose](),
  });
});

afterAll(() => cleanUp.run());

afterEach(async ({ task }) => {
  if (task.result?.state !== 'fail') return;
  console.error(collector.program.output(), (await guest.run('cat /run/agent.log')).stdout);
});

const ports = async () => (await guest.run('cat /sys/class/virtio-ports/*/name')).stdout;

async function ownRow() {
  const { guests } = await collector.guests();
  return guests.find(({ name }) => name === NAME);
}

const connects = () => collector.untilConnected({ guest: NAME, mounts: ['/data'], movement: guest.movement });

it('a port that is plugged in is gone over to, and the guest is the same', async () => {
  // The host knows of it all the time; the guest has none until it is plugged in again.
  await guest.qmp('device_del', { id: PORT.id });
  await expect.poll(() => ports(), { timeout: 60_000 }).not.toContain(PORT.name);
  await guest.mustRun('mkdir -p /data && mount -o noinit_itable /dev/sda /data');
  await guest.mustRun(`(${agentCommand({ port: collector.agentPort })}) >/run/agent.log 2>&1 &`);
  await connects();
  expect(await ownRow()).toMatchObject({ proof: 'word', state: 'connected' });
  await guest.qmp('device_add', { driver: 'virtserialport', ...PORT });
  await expect.poll(async () => (await ownRow())?.proof, { timeout: 240_000, interval: 500 }).toBe('channel');
  const { guests } = await collector.guests();
  expect(guests.filter(({ agent }) => agent !== null).map(({ name }) => name)).toEqual([NAME]);
  await connects();
  await guest.mustRun('dd if=/dev/urandom of=/data/big bs=1M count=40 conv=fsync status=none && rm /data/big && sync');
  const { disks } = await collector.trim(NAME, '/data');
  expect(disks[0]?.hops.reclaimedBytes).toBeGreaterThan(35 * MIB);
  expect((await guest.run('cat /run/agent.log')).stdout).toContain('this guest has a port to its host now');
});
