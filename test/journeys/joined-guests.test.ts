import { mkdtemp, rm } from 'node:fs/promises';
import { join } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { type Guest, startGuest } from '../support/guest/guest.ts';
import { prepareGuest } from '../support/guest/prepare.ts';
import { runCommand } from '../support/machine/command.ts';
import { createCleanUp } from '../support/own-tools/clean-up.ts';
import { type CollectorUnderTest, startCollectorProgram } from '../support/programs/collector.ts';
import { AGENT_FILES, GUEST_AGENT } from '../support/programs/guest-agent.ts';

// Two real guests that join one collector over TLS, through QEMU's user network: one by the line that `trimtab enroll`
// prints, in 1970 by its clock, and one in 2040 by what its firmware has, without any line. Each end is lost in turn.

const MIB = 1024 ** 2;
const PASTED = 'pasted';
const HANDED = 'handed';
const cleanUp = createCleanUp((line) => console.error(line));
let directory: string;
let collector: CollectorUnderTest;
let guests: readonly Guest[] = [];

/** What starts an agent as a service of the guest would; its state is on the guest's disk. */
const START_AGENT = `#!/bin/sh
if [ ! -d /data/agent ]; then
  mkdir -p /data /var/lib/trimtab-agent
  mount -o noinit_itable /dev/sda /data
  mkdir -p /data/agent
  mount --bind /data/agent /var/lib/trimtab-agent
fi
# Nobody joins before the line is pasted, unless the firmware has the token.
[ -e /data/agent/joined.json ] || [ "$1" = always ] || exit 0
echo $$ >/run/agent.pid
exec trimtab-agent run --minimum-interval 0s >>/run/agent.log 2>&1
`;

const FILES = {
  ...AGENT_FILES,
  '/usr/bin/trimtab-agent': { text: `#!/bin/sh\nexec ${GUEST_AGENT} "$@"\n`, mode: 0o755 },
  '/usr/bin/start-agent': { text: START_AGENT, mode: 0o755 },
};

beforeAll(async () => {
  await prepareGuest({ say: (line) => console.error(line) });
  directory = await cleanUp.make({
    what: 'the folder of this test',
    make: () => mkdtemp('/var/tmp/trimtab-joined-'),
    undo: (made) => rm(made, { recursive: true, force: true }),
  });
  await startCollector();
  const firmware = await enrolled(/-smbios (type=11,value=\S+)/, HANDED, '--as', 'smbios');
  guests = await Promise.all([
    boot({ name: PASTED, onBoot: ['busybox date -s @86400; start-agent'] }),
    boot({
      name: HANDED,
      onBoot: ['busybox date -s @2208988800; start-agent always'],
      qemuArguments: ['-smbios', firmware],
    }),
  ]);
});

afterAll(() => cleanUp.run());

async function startCollector(port = 0): Promise<void> {
  collector = await cleanUp.make({
    what: 'the collector',
    make: () =>
      startCollectorProgram({
        directory,
        port,
        takesUnenrolled: false,
        args: ['--advertise', `10.0.2.2:${port}`],
      }),
    undo: async (made) => made[Symbol.asyncDispose](),
  });
}

/** What `trimtab enroll` prints for people, as much of it as is to be pasted. */
async function enrolled(pasted: RegExp, ...words: readonly string[]): Promise<string> {
  const { stdout, stderr } = await collector.trimtab('enroll', ...words);
  const found = pasted.exec(stdout)?.[1];
  if (found === undefined) throw new Error(`nothing to paste: ${stdout}${stderr}`);
  return found;
}

async function boot(own: { name: string; onBoot: readonly string[]; qemuArguments?: readonly string[] }) {
  const image = join(directory, `${own.name}.raw`);
  await runCommand('truncate', ['-s', '512M', image]);
  await runCommand('mkfs.ext4', ['-q', '-E', 'nodiscard,lazy_itable_init=1', image]);
  return cleanUp.make({
    what: `the guest ${own.name}`,
    make: () =>
      startGuest({
        ...own,
        directory: join(directory, own.name),
        disks: [{ id: 'data', path: image, format: 'raw', bus: 'virtio-scsi', discard: 'unmap', serial: own.name }],
        files: FILES,
      }),
    undo: (made) => made.stop(),
  });
}

const each = <Result>(work: (guest: Guest) => Promise<Result>) => Promise.all(guests.map(work));

async function rowOf({ name }: Guest) {
  const { guests: rows } = await collector.guests();
  return rows.find((row) => row.name === name);
}

const untilState = (guest: Guest, state: string) =>
  expect.poll(async () => (await rowOf(guest))?.state, { timeout: 300_000, interval: 500 }).toBe(state);

/** All are connected, by their keys, and their trims give back what they deleted. */
async function expectService(): Promise<void> {
  await each(async (guest) => {
    const { name, movement } = guest;
    await collector.untilConnected({ guest: name, mounts: ['/data'], movement });
    expect(await rowOf(guest)).toMatchObject({ proof: 'key', state: 'connected' });
    await guest.mustRun(
      'dd if=/dev/urandom of=/data/big bs=1M count=40 conv=fsync status=none && rm /data/big && sync',
    );
    const { disks } = await collector.trim(name, '/data');
    expect(disks[0]?.hops.reclaimedBytes).toBeGreaterThan(35 * MIB);
  });
  expect((await collector.guests()).held).toEqual([]);
}

const connections = async (guest: Guest) =>
  Number((await guest.run('grep -c "connected to collector" /run/agent.log')).stdout);

describe('guests that join', () => {
  it('one joins by the line that is printed, in 1970 by its clock', async () => {
    const [guest] = guests as [Guest];
    const line = await enrolled(/^\s*(trimtab-agent join tt1\.\S+)$/m, PASTED);
    expect(await guest.mustRun('date +%Y')).toBe('1970\n');
    // A machine that emulates its guests may be later than a host waits; the same line joins then.
    const join = async () => {
      const { stdout, stderr } = await guest.run(line);
      return stdout + stderr;
    };
    await expect.poll(join, { timeout: 300_000 }).toContain(` as ${PASTED}; `);
    expect(await guest.mustRun('stat -c %a /data/agent/joined.json')).toBe('600\n');
    const again = await guest.run(line.replace('join', 'join --again'));
    expect([again.exitCode, again.stderr]).toEqual([
      3,
      expect.stringContaining('this token was used by another guest'),
    ]);
    await guest.mustRun('start-agent </dev/null >/dev/null 2>&1 &');
  });

  it('one joins by what its firmware has, and each trims', async () => {
    await expectService();
    const [pasted, handed] = guests as [Guest, Guest];
    expect(await handed.mustRun('date +%Y')).toBe('2040\n');
    for (const guest of [pasted, handed])
      expect(await guest.mustRun('cat /run/agent.log')).toContain('connected to collector');
    const listed = await collector.trimtab('enroll', '--list', '--json');
    expect(JSON.parse(listed.stdout).enrolments).toEqual([]);
  });

  it('come back when the collector was killed, and another took its place at once', async () => {
    const { agentPort, program } = collector;
    await program.kill();
    await startCollector(agentPort);
    await expectService();
  });

  it('come back when their agents were killed', async () => {
    await each(async (guest) => {
      const before = await connections(guest);
      await guest.mustRun('kill -KILL $(cat /run/agent.pid); start-agent </dev/null >/dev/null 2>&1 &');
      await expect.poll(() => connections(guest), { timeout: 300_000, interval: 500 }).toBeGreaterThan(before);
    });
    await expectService();
  });

  it('come back when they were reset, by what is on their disks', async () => {
    const bootId = async (guest: Guest) => (await guest.run('cat /proc/sys/kernel/random/boot_id')).stdout;
    await each(async (guest) => {
      const before = await bootId(guest);
      await guest.qmp('system_reset');
      await expect.poll(() => bootId(guest), { timeout: 300_000 }).not.toBe(before);
      await expect.poll(() => connections(guest), { timeout: 300_000, interval: 500 }).toBeGreaterThan(0);
    });
    await expectService();
  });

  it('come back after a minute in which their QEMU stood still', async () => {
    for (const { pid } of guests) process.kill(pid, 'SIGSTOP');
    await delay(60_000);
    for (const { pid } of guests) process.kill(pid, 'SIGCONT');
    await expectService();
  });

  it('come back when their network was cut for so long that the collector had given them up', async () => {
    await each((guest) => guest.qmp('set_link', { name: 'net0', up: false }));
    await each((guest) => untilState(guest, 'away'));
    await each((guest) => guest.qmp('set_link', { name: 'net0', up: true }));
    await expectService();
  });
});
