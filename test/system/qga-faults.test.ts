import { mkdtemp, rm } from 'node:fs/promises';
import { join } from 'node:path';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import type { TrimResult } from '../../collector/src/model/trim-result.ts';
import { UNTIL_QEMU_GA_LISTENS } from '../lab/inside.ts';
import { allocationOf } from '../support/allocation.ts';
import { type Guest, startGuest } from '../support/guest/guest.ts';
import { runCommand } from '../support/machine/command.ts';
import { createCleanUp } from '../support/own-tools/clean-up.ts';
import { type CollectorUnderTest, startCollectorProgram } from '../support/programs/collector.ts';
import type { CommandAnswer } from '../support/programs/run-to-end.ts';
import { askBare } from '../support/qemu-ga/ask-bare.ts';
import { asOwnUser } from '../support/qemu-ga/own-user.ts';
import { channelArguments } from '../support/qemu-ga/qemu-ga-channel.ts';
import { qemuGaFiles, START_QEMU_GA } from '../support/qemu-ga/qemu-ga-files.ts';
import { waitWhileMoving } from '../support/waiting/wait-while-moving.ts';

// A real qemu-ga that forbids, is frozen, hangs in the kernel, is killed or is not there; one guest, one thing after
// the other.
const MIB = 1024 ** 2;
const FILE_BYTES = 48 * MIB;
const NAME = 'qga-faults';
const cleanUp = createCleanUp((line) => console.error(line));
let collector: CollectorUnderTest;
let guest: Guest;
const OWN = asOwnUser(64_611);
let socket: string;
let image: string;

beforeAll(async () => {
  const directory = await cleanUp.make({
    what: 'the folder of this test',
    make: () => mkdtemp('/var/tmp/trimtab-qga-'),
    undo: (made) => rm(made, { recursive: true, force: true }),
  });
  const at = (name: string) => join(directory, name);
  [socket, image] = [at('qga'), at('data')];
  await runCommand('truncate', ['-s', '512M', image]);
  await runCommand('mksquashfs', [import.meta.dirname, at('readonly'), '-quiet', '-no-progress']);
  collector = await cleanUp.make({
    what: 'the collector',
    make: () => startCollectorProgram({ directory, args: OWN.args }),
    undo: async (made) => made[Symbol.asyncDispose](),
  });
  guest = await cleanUp.make({
    what: 'the guest',
    make: async () =>
      startGuest({
        name: NAME,
        directory: at('guest'),
        disks: [
          { id: 'data', path: image, format: 'raw', bus: 'virtio-scsi', discard: 'unmap', serial: 'data' },
          { id: 'readonly', path: at('readonly'), format: 'raw', bus: 'virtio-blk', discard: 'unmap', readOnly: true },
        ],
        files: await qemuGaFiles(),
        qemuArguments: channelArguments(socket),
        through: OWN.through,
      }),
    undo: (made) => made.stop(),
  });
  // Over device-mapper, which can be told to hold back everything: then a trim hangs in the kernel.
  await guest.mustRun(
    [
      'dmsetup create slow --table "0 $(blockdev --getsz /dev/sda) linear /dev/sda 0"',
      'mkfs.ext4 -q -J size=4 -E nodiscard,lazy_itable_init=1 /dev/mapper/slow',
      'mkdir -p /mnt/data /mnt/readonly',
      'mount -o noinit_itable /dev/mapper/slow /mnt/data && mount -t squashfs /dev/vda /mnt/readonly',
    ].join(' && '),
  );
});

afterAll(() => cleanUp.run());

describe('qemu-ga that forbids', () => {
  it('guest-fstrim is told, with where the list is, and nothing is stored', async () => {
    await startQemuGa('--block-rpcs=guest-fstrim');
    const stored = await collector.history();
    const { exitCode, stdout } = await collector.trimtab('trim', NAME, '--json');
    expect({ exitCode, error: JSON.parse(stdout).error }).toMatchObject({
      exitCode: 1,
      error: { code: 'guest-agent-forbids', hint: expect.stringMatching(/block-rpcs/) },
    });
    expect(await collector.history()).toEqual(stored);
  });

  it('guest-get-fsinfo still trims, and what it trimmed is told by mount', async () => {
    await startQemuGa('--block-rpcs=guest-get-fsinfo');
    await writeAndDelete();
    const before = await allocationOf(image);
    const result = await collector.trim(NAME);
    expect(result.filesystems.map(({ mount }) => mount)).toContain('/mnt/data');
    expect(before - (await allocationOf(image))).toBeGreaterThan(FILE_BYTES * 0.9);
  });
});

describe('a filesystem that cannot be trimmed', () => {
  beforeEach(() => startQemuGa(''));

  it('is told with the guest’s words, beside those that were', async () => {
    await writeAndDelete();
    const before = await allocationOf(image);
    const answer = await collector.trimtab('trim', NAME, '--json');
    const { filesystems, disks } = JSON.parse(answer.stdout) as TrimResult;
    const outcomes = new Map(filesystems.map(({ mount, outcome }) => [mount, outcome]));
    expect(outcomes.get('/mnt/readonly')).toMatchObject({ message: expect.stringContaining('trim not supported') });
    expect(outcomes.get('/mnt/data')).toMatchObject({ status: 'done' });
    const [disk] = disks.filter((each) => each.image === image);
    expect(disk).toMatchObject({ verdict: 'reclaimed' });
    expect(disk?.hops.reclaimedBytes).toBe(before - (await allocationOf(image)));
  });
});

describe('a frozen guest', () => {
  beforeEach(() => startQemuGa(''));

  it('is not trimmed, and how it is thawed is told; thawed, it is', async () => {
    await askBare({ socket, execute: 'guest-fsfreeze-freeze' });
    try {
      const { exitCode, stdout } = await collector.trimtab('trim', NAME, '--json');
      expect({ exitCode, error: JSON.parse(stdout).error }).toMatchObject({
        exitCode: 1,
        error: { code: 'guest-agent-frozen', hint: expect.stringMatching(/thaw|unfreeze/) },
      });
    } finally {
      await askBare({ socket, execute: 'guest-fsfreeze-thaw' });
    }
    expect((await collector.trim(NAME)).filesystems.length).toBeGreaterThan(0);
  });
});

describe('a trim that hangs in the guest', () => {
  beforeEach(() => startQemuGa(''));

  it('keeps no other question waiting, and ends with what the host measured', async () => {
    await writeAndDelete();
    const before = await allocationOf(image);
    await guest.mustRun('dmsetup suspend --noflush --nolockfs slow');
    const trim = collector.trimtab('trim', NAME, '--json');
    try {
      await untilTrimming();
      const { guests } = await collector.guests();
      expect(guests.map(({ name }) => name)).toContain(NAME);
      expect((await collector.status()).images.map(({ path }) => path)).toContain(image);
      const second = await collector.trimtab('trim', NAME, '--json');
      expect(JSON.parse(second.stdout).error).toMatchObject({ code: expect.stringMatching(/busy|running/) });
    } finally {
      await guest.mustRun('dmsetup resume slow');
    }
    const [disk] = toResult(await trim).disks.filter((each) => each.image === image);
    expect(disk).toMatchObject({ verdict: 'reclaimed' });
    expect(disk?.hops.reclaimedBytes).toBe(before - (await allocationOf(image)));
  });

  it.each([
    ['', async () => {}],
    // As Debian's unit has it (Restart=always): who asks QEMU a while later sees nothing of it.
    [' and started anew at once', () => startQemuGa('')],
  ])('and is killed there%s has one result, by what the host measured', async (_, afterwards) => {
    await writeAndDelete();
    const stored = await collector.history();
    const before = await allocationOf(image);
    await guest.mustRun('dmsetup suspend --noflush --nolockfs slow');
    const trim = collector.trimtab('trim', NAME, '--json');
    try {
      await untilTrimming();
      // It dies when the kernel lets go of it, before it can say anything.
      await guest.mustRun('busybox killall -KILL qemu-ga');
    } finally {
      await guest.mustRun('dmsetup resume slow');
    }
    await guest.mustRun('while busybox pidof qemu-ga; do busybox usleep 20000; done');
    await afterwards();
    const { stdout } = await trim;
    const [result, ...others] = (await collector.history()).filter(({ id }) => stored.every((old) => old.id !== id));
    expect(others).toEqual([]);
    expect(stdout).toContain(result?.id);
    expect(result).toMatchObject({ guest: NAME, reported: false });
    const [disk] = result?.disks.filter((each) => each.image === image) ?? [];
    expect(disk?.hops.reclaimedBytes).toBe(before - (await allocationOf(image)));
  });
});

describe('a guest whose qemu-ga does not run', () => {
  it('is told so, and that it has the channel for one', async () => {
    await guest.mustRun(STOP_QEMU_GA);
    const { exitCode, stdout } = await collector.trimtab('trim', NAME, '--json');
    expect({ exitCode, error: JSON.parse(stdout).error }).toMatchObject({
      exitCode: 1,
      error: {
        code: 'guest-agent-not-running',
        cause: expect.stringContaining('does not run'),
        hint: expect.stringContaining('qemu-guest-agent'),
      },
    });
  });

  it('is told as paused while it is', async () => {
    await startQemuGa('');
    await guest.qmp('stop');
    try {
      const { stdout } = await collector.trimtab('trim', NAME, '--json');
      expect(JSON.parse(stdout).error.cause).toMatch(/paused/);
    } finally {
      await guest.qmp('cont');
    }
  });
});

const STOP_QEMU_GA = 'while busybox killall -KILL qemu-ga 2>/dev/null; do busybox usleep 50000; done';

async function startQemuGa(args: string): Promise<void> {
  await guest.mustRun(STOP_QEMU_GA);
  await guest.mustRun(`${START_QEMU_GA} ${args} >/run/qemu-ga.log 2>&1 </dev/null &`);
  await guest.mustRun(UNTIL_QEMU_GA_LISTENS);
}

/** Mounted anew: ext4 skips what it has trimmed since it was mounted. */
async function writeAndDelete(): Promise<void> {
  await guest.mustRun(
    `umount /mnt/data && mount -o noinit_itable /dev/mapper/slow /mnt/data && fill /mnt/data/file ${FILE_BYTES} && sync && rm /mnt/data/file && sync`,
  );
}

/** Its qemu-ga waits in the kernel for the device below its filesystem. */
async function untilTrimming(): Promise<void> {
  await waitWhileMoving({
    what: 'qemu-ga waits for the suspended device',
    movement: guest.movement,
    async find() {
      const { exitCode } = await guest.run('grep -q "^State:.D" /proc/$(busybox pidof qemu-ga)/status');
      return exitCode === 0 || null;
    },
  });
}

function toResult(answer: CommandAnswer): TrimResult {
  return JSON.parse(answer.stdout) as TrimResult;
}
