import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { RepairOutcome } from '../../collector/src/cli/views/repair.ts';
import type { DoctorView } from '../../collector/src/model/doctor.ts';
import type { Fix } from '../../protocol/src/causes/cause.ts';
import { allocationOf } from '../support/allocation.ts';
import { type Guest, startGuest } from '../support/guest/guest.ts';
import { prepareGuest } from '../support/guest/prepare.ts';
import { runCommand } from '../support/machine/command.ts';
import { type CollectorUnderTest, startCollectorProgram } from '../support/programs/collector.ts';
import { AGENT_FILES, agentCommand } from '../support/programs/guest-agent.ts';
import { waitWhileMoving } from '../support/waiting/wait-while-moving.ts';

// A filesystem that discards by itself, later, and never twice: what does a trim of it say, and does what is printed
// help?
const MIB = 1024 ** 2;
const NAME = 'flashy';
const FILE_BYTES = 60 * MIB;

/** SATA disks, for the kernel that has f2fs. */
const DISKS = [
  { id: 'later', device: 'sda', discard: 'unmap', options: 'discard' },
  { id: 'lost', device: 'sdb', discard: 'ignore', options: 'nodiscard' },
] as const;
type Id = (typeof DISKS)[number]['id'];

let directory: string;
let collector: CollectorUnderTest;
let guest: Guest;

const imageOf = (id: Id) => join(directory, `${id}.raw`);
const mountOf = (id: Id) => `/mnt/${id}`;
const isBack = async (id: Id, before: number) => before - (await allocationOf(imageOf(id))) > 0.95 * FILE_BYTES;

beforeAll(async () => {
  await prepareGuest({ say: (line) => console.error(line), flavour: 'amd64' });
  directory = await mkdtemp(join(tmpdir(), 'trimtab-f2fs-'));
  for (const { id } of DISKS) await runCommand('qemu-img', ['create', '-q', '-f', 'raw', imageOf(id), '300M']);
  collector = await startCollectorProgram({ directory });
  guest = await startGuest({
    name: NAME,
    directory: join(directory, 'guest'),
    disks: DISKS.map(({ id, discard }) => {
      const path = imageOf(id);
      return { id, discard, path, format: 'raw', bus: 'sata', serial: id };
    }),
    files: AGENT_FILES,
  });
  await guest.mustRun('modprobe f2fs');
  for (const { id, device, options } of DISKS)
    await guest.mustRun(
      [
        `mkfs.f2fs -q -t 0 /dev/${device} && mkdir -p ${mountOf(id)}`,
        `echo '/dev/${device} ${mountOf(id)} f2fs ${options} 0 0' >>/etc/fstab && mount ${mountOf(id)}`,
      ].join(' && '),
    );
  await guest.mustRun(
    `${agentCommand({ port: collector.agentPort, args: ['--minimum-interval', '0s'] })} >/run/agent.log 2>&1 &`,
  );
  const mounts = DISKS.map(({ id }) => mountOf(id));
  await collector.untilConnected({ guest: NAME, mounts, movement: guest.movement });
});

afterAll(async () => {
  await guest?.stop();
  await collector?.program.stop();
  await rm(directory, { recursive: true, force: true });
});

describe('an f2fs that is mounted with discard', () => {
  let before: number;
  let fix: Fix | null;

  it('is not said to have had nothing to discard where a trim sent nothing', async () => {
    before = await fillAndEmpty('later');
    const { disks } = await collector.trim(NAME, mountOf('later'));
    const nothing = { trimmedBytes: 0 };
    expect(disks).toMatchObject([{ verdict: 'inconclusive', cause: 'discards-later', slack: null, hops: nothing }]);
    fix = disks[0]?.remedy ?? null;
    expect(await allocationOf(imageOf('later'))).toBeGreaterThan(FILE_BYTES);
  });

  it('has no estimate in doctor, since its statfs bounds nothing', async () => {
    const { stdout } = await collector.trimtab('doctor', NAME, '--json');
    const disks = (JSON.parse(stdout) as DoctorView).guests.flatMap((each) => each.disks);
    expect(disks.find(({ device }) => device === 'sda')).toMatchObject({ slack: null, nowBytes: null });
  });

  it('gives the space back by itself', async () => {
    // Its thread need not wait until the disk has been idle for minutes.
    await guest.mustRun('echo 1 >/sys/fs/f2fs/sda/gc_urgent');
    await waitWhileMoving({
      what: 'f2fs discards by itself',
      movement: guest.movement,
      find: async () => (await isBack('later', before)) || null,
    });
    await guest.mustRun('echo 0 >/sys/fs/f2fs/sda/gc_urgent');
  });

  it('gives it back at once by the commands that are printed', async () => {
    before = await fillAndEmpty('later');
    await runPrinted(fix);
    expect(await isBack('later', before)).toBe(true);
    expect(await guest.mustRun('grep /mnt/later /proc/mounts')).toContain(',discard,');
  });
});

describe('an f2fs whose trim was lost', () => {
  let before: number;

  it('is lost on the host', async () => {
    before = await fillAndEmpty('lost');
    const { disks } = await collector.trim(NAME, mountOf('lost'));
    expect(disks).toMatchObject([{ verdict: 'lost', cause: 'host-ignores-discard' }]);
  });

  it('is stale after the repair, which is not called one, and comes back by the commands that are printed', async () => {
    const { exitCode, stdout, stderr } = await collector.trimtab('repair', NAME, 'sdb', '--yes', '--json');
    const outcome = JSON.parse(stdout || 'null') as RepairOutcome;
    expect({ exitCode, stderr, outcome }).toMatchObject({ exitCode: 1, outcome: { repaired: false } });
    const [disk] = outcome.trim?.disks ?? [];
    expect(disk).toMatchObject({ verdict: 'stale', cause: 'f2fs-blocks-sent' });
    expect(await isBack('lost', before)).toBe(false);
    await runPrinted(disk?.remedy ?? null);
    expect(await isBack('lost', before)).toBe(true);
  });
});

/** What the image takes then. */
async function fillAndEmpty(id: Id): Promise<number> {
  const mount = mountOf(id);
  await guest.mustRun(`fill ${mount}/file ${FILE_BYTES} && sync -f ${mount} && rm ${mount}/file && sync -f ${mount}`);
  return allocationOf(imageOf(id));
}

async function runPrinted(fix: Fix | null): Promise<void> {
  expect(fix?.commands.length).toBeGreaterThan(0);
  for (const command of fix?.commands ?? []) await guest.mustRun(command);
}
