import { mkdtemp, rm } from 'node:fs/promises';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { type Guest, startGuest } from '../support/guest/guest.ts';
import { prepareGuest } from '../support/guest/prepare.ts';
import { runCommand } from '../support/machine/command.ts';
import { createCleanUp } from '../support/own-tools/clean-up.ts';
import { type CollectorUnderTest, startCollectorProgram } from '../support/programs/collector.ts';
import { AGENT_FILES, GUEST_AGENT } from '../support/programs/guest-agent.ts';
import { asOwnUser } from '../support/qemu-ga/own-user.ts';

// A real guest without a network, in which nothing of ours runs but a shell that waits at its virtio-serial port.

const MIB = 1024 ** 2;
const NAME = 'rung';
const DOORMAN = join(import.meta.dirname, '../../packaging/files/agent/doorman.sh');
const IN_GUEST = '/usr/lib/trimtab/doorman.sh';
const VISIT = `${GUEST_AGENT} visit --starter doorman --minimum-interval 0s --state-directory /data/agent`;
/** So that no collector of another test takes the port, which serves one. */
const OWN = asOwnUser(64_619);
const cleanUp = createCleanUp((line) => console.error(line));
let collector: CollectorUnderTest;
let guest: Guest;

beforeAll(async () => {
  await prepareGuest({ say: (line) => console.error(line) });
  const directory = await cleanUp.make({
    what: 'the folder of this test',
    make: () => mkdtemp('/var/tmp/trimtab-doorman-'),
    undo: (made) => rm(made, { recursive: true, force: true }),
  });
  const image = join(directory, 'image.raw');
  await runCommand('truncate', ['-s', '1G', image]);
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
          ...['-chardev', `socket,id=agent,path=${join(directory, 'port')},server=on,wait=off`],
          ...['-device', 'virtserialport,bus=serial0.0,nr=2,chardev=agent,name=org.trimtab.agent.0'],
        ],
        files: { ...AGENT_FILES, [IN_GUEST]: { hostPath: DOORMAN } },
      }),
    undo: (made) => made.stop(),
  });
  collector = await cleanUp.make({
    what: 'the collector',
    make: () => startCollectorProgram({ directory, args: OWN.args }),
    undo: async (made) => made[Symbol.asyncDispose](),
  });
  await guest.mustRun('mkfs.ext4 -q -E nodiscard,lazy_itable_init=1 /dev/sda && mkdir -p /data');
  await guest.mustRun('mount -o noinit_itable /dev/sda /data');
});

afterAll(() => cleanUp.run());

it('[P12] a guest that waits at its channel is rung for, at once and each time, and no process of ours is left', async () => {
  // The first visit tells the host what the guest is, and that it is rung for.
  expect(await guest.mustRun(`(${VISIT}) 2>&1`)).toContain('the visit is over: nothing waits');
  const row = async () => (await collector.guests()).guests.find(({ name }) => name === NAME);
  await expect.poll(row, { timeout: 20_000 }).toMatchObject({ state: 'visits', agent: { starter: 'doorman' } });

  await guest.mustRun(`sh ${IN_GUEST} ${VISIT} >/data/doorman.log 2>&1 & echo $! >/run/doorman.pid`);
  for (const _ of ['the first', 'another']) {
    await guest.mustRun(`fill /data/file ${16 * MIB} && sync -f /data && rm /data/file && sync -f /data`);
    const trim = await collector.trim(NAME, '/data');
    expect(trim).toMatchObject({ trigger: 'requested', disks: [{ device: 'sda', verdict: 'reclaimed' }] });
  }
  // What a visit left unread in the port starts no other, and the shell waits on.
  const visits = async () => (await guest.mustRun('grep -c "visit is over" /data/doorman.log')).trim();
  await expect.poll(visits, { timeout: 20_000 }).toBe('2');
  // The shell has the command of its visits among its words.
  const agents = () => guest.mustRun('ps | grep "[t]rimtab-agent.cjs" | grep -v doorman.sh || true');
  await expect.poll(agents, { timeout: 10_000 }).toBe('');
  expect(await guest.mustRun('kill -0 $(cat /run/doorman.pid) && echo waits')).toContain('waits');
});
