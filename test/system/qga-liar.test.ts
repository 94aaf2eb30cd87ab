import { mkdir, mkdtemp, rename, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import type { DoctorView } from '../../collector/src/model/doctor.ts';
import type { TrimResult } from '../../collector/src/model/trim-result.ts';
import { type PausedQemu, startPausedQemu } from '../collector/host/paused-qemu.ts';
import { allocationOf } from '../support/allocation.ts';
import { runCommand } from '../support/machine/command.ts';
import { createCleanUp } from '../support/own-tools/clean-up.ts';
import { type CollectorUnderTest, startCollectorProgram } from '../support/programs/collector.ts';
import { asOwnUser } from '../support/qemu-ga/own-user.ts';
import { type OneClientAgent, startOneClientAgent } from '../support/qga/one-client-agent.ts';

// A real QEMU with a real image, and in the place of its qemu-ga one that says what no real one does: of its use, of the
// bytes that it trimmed, and whether it answers. Two collectors ask it. Builds on the built programs.
const MIB = 1024 ** 2;
const NAME = 'liar';
const OWN = asOwnUser(64_614);
const UUID = 'a8000000-0000-4000-8000-000000000001';
const CAPACITY_BYTES = 64 * MIB;
const FREED_BYTES = 16 * MIB;
const cleanUp = createCleanUp((line) => console.error(line));
let qemu: PausedQemu;
let agent: OneClientAgent;
let first: CollectorUnderTest;
let second: CollectorUnderTest;
let image: string;
/** The folder of one more. */
let third: string;

beforeAll(async () => {
  const directory = await cleanUp.make({
    what: 'the folder of this test',
    make: () => mkdtemp(join(tmpdir(), 'trimtab-qga-')),
    undo: (made) => rm(made, { recursive: true, force: true }),
  });
  const at = (name: string) => join(directory, name);
  for (const name of ['first', 'second', 'third', 'agent']) await mkdir(at(name));
  third = at('third');
  image = at('data.raw');
  await runCommand('truncate', ['-s', `${CAPACITY_BYTES}`, image]);
  qemu = await cleanUp.make({
    what: 'QEMU',
    make: () =>
      startPausedQemu({
        folder: directory,
        machine: 'q35',
        through: OWN.through,
        args: [
          ...['-name', NAME, '-uuid', UUID],
          ...['-drive', `file=${image},format=raw,if=none,id=data,discard=unmap`],
          ...['-device', 'virtio-blk-pci,drive=data,serial=data'],
          ...['-device', 'virtio-serial', '-chardev', `socket,id=qga0,path=${at('qga')},server=on,wait=off`],
          ...['-device', 'virtserialport,chardev=qga0,name=org.qemu.guest_agent.0'],
        ],
      }),
    undo: (made) => made.kill(),
  });
  // QEMU's own is out of the way: whoever connects to the path meets the other.
  await rename(at('qga'), at('qga-of-qemu'));
  agent = await cleanUp.make({
    what: 'what answers in the place of qemu-ga',
    make: () => startOneClientAgent({ path: at('qga'), folder: at('agent') }),
    undo: (made) => made.close(),
  });
  const startCollector = (name: string) =>
    cleanUp.make({
      what: `the ${name} collector`,
      make: () => startCollectorProgram({ directory: at(name), args: OWN.args }),
      undo: async (made) => made[Symbol.asyncDispose](),
    });
  [first, second] = [await startCollector('first'), await startCollector('second')];
});

afterAll(() => cleanUp.run());

beforeEach(async () => {
  await runCommand('dd', ['if=/dev/urandom', `of=${image}`, 'bs=1M', 'count=48', 'conv=notrunc,fsync', 'status=none']);
  const commands = ['guest-info', 'guest-get-fsinfo', 'guest-get-disks', 'guest-fstrim'];
  agent.answer('guest-info', {
    says: { return: { version: '7.2.22', supported_commands: commands.map((name) => ({ name, enabled: true })) } },
  });
  agent.answer('guest-get-disks', { says: { return: [] } });
  mountsWith({ sizeBytes: 60 * MIB, usedBytes: 20 * MIB });
});

/** What it says that it has mounted. */
function mountsWith({ sizeBytes, usedBytes }: { sizeBytes: number; usedBytes: number }): void {
  const pci = { domain: 0, bus: 0, slot: 1, function: 0 };
  const disk = { 'bus-type': 'virtio', bus: 0, target: 0, unit: 0, serial: 'data', dev: '/dev/vda' };
  agent.answer('guest-get-fsinfo', {
    says: {
      return: [
        {
          name: 'vda',
          mountpoint: '/srv',
          type: 'ext4',
          'total-bytes': sizeBytes,
          'used-bytes': usedBytes,
          disk: [{ ...disk, 'pci-controller': pci }],
        },
      ],
    },
  });
}

/** What it says of its trim, and what becomes of the image. */
function trimsWith({ saysBytes, does }: { saysBytes: number; does: 'nothing' | 'gives back' }): void {
  agent.answer('guest-fstrim', {
    says: { return: { paths: [{ path: '/srv', trimmed: saysBytes, minimum: 0 }] } },
    does: does === 'nothing' ? '' : `fallocate --punch-hole --offset 0 --length ${FREED_BYTES} ${image}`,
  });
}

/** The one disk of a trim that is measured: what came back by its result is what st_blocks lost. */
async function measured(trim: () => Promise<TrimResult>) {
  const before = await allocationOf(image);
  const { disks } = await trim();
  const fellBytes = before - (await allocationOf(image));
  const [disk, ...others] = disks;
  if (disk === undefined) throw new Error('the trim has no disk');
  expect(others).toEqual([]);
  expect(disk.hops.reclaimedBytes).toBe(fellBytes);
  return { ...disk, fellBytes };
}

/** Without what the filesystem of this host keeps of a file with a hole. */
const LEAST_BYTES = FREED_BYTES * 0.99;

/** By what its qemu-ga said last: a trim asks it anew. */
async function slackOf(collector: CollectorUnderTest) {
  const { stdout } = await collector.trimtab('doctor', NAME, '--json');
  return (JSON.parse(stdout) as DoctorView).guests.flatMap(({ disks }) => disks.map(({ slack }) => slack));
}

describe('a guest that lies about what it trimmed', () => {
  it('is not believed where it says more than there is, and nothing came back', async () => {
    trimsWith({ saysBytes: Number.MAX_SAFE_INTEGER, does: 'nothing' });
    const disk = await measured(() => first.trim(NAME));
    expect(disk.fellBytes).toBe(0);
    expect(disk.verdict).not.toBe('reclaimed');
    expect(disk.contradictions).toMatchObject([{ fact: 'trimmed', value: expect.stringContaining('its disk has') }]);
  });

  it('is not believed where it says nothing, and much came back', async () => {
    trimsWith({ saysBytes: 0, does: 'gives back' });
    const disk = await measured(() => first.trim(NAME));
    expect(disk).toMatchObject({ verdict: 'reclaimed', hops: { trimmedBytes: 0 } });
    expect(disk.fellBytes).toBeGreaterThan(LEAST_BYTES);
  });
});

describe('a guest that lies about its use', () => {
  it.each([
    ['more than there is', { sizeBytes: 60 * MIB, usedBytes: 900 * MIB }],
    ['more than its disk', { sizeBytes: 2 ** 50, usedBytes: 1 }],
    ['beyond all numbers', { sizeBytes: 2 ** 70, usedBytes: 2 ** 69 }],
    ['less than nothing', { sizeBytes: -1, usedBytes: -5 }],
  ])('%s: no slack follows from it, and its trim is judged by what the host counts', async (_, use) => {
    mountsWith(use);
    trimsWith({ saysBytes: 1, does: 'gives back' });
    const disk = await measured(() => first.trim(NAME));
    expect(disk.verdict).toBe('reclaimed');
    expect(disk.fellBytes).toBeGreaterThan(LEAST_BYTES);
    expect(await slackOf(first)).toEqual([null]);
  });

  it('none at all: what could be reclaimed is no more than the image holds', async () => {
    mountsWith({ sizeBytes: 60 * MIB, usedBytes: 0 });
    trimsWith({ saysBytes: 1, does: 'nothing' });
    expect((await measured(() => first.trim(NAME))).fellBytes).toBe(0);
    const [slack] = await slackOf(first);
    expect(slack?.mostBytes).toBeGreaterThan(0);
    expect(slack?.mostBytes).toBeLessThanOrEqual(await allocationOf(image));
  });
});

describe('two collectors of one host that ask the same guest', () => {
  it('are each told what it says', async () => {
    trimsWith({ saysBytes: 1, does: 'nothing' });
    const told = await Promise.all([first, second].map((collector) => collector.guests()));
    const insides = told.map(({ guests }) => guests.find(({ name }) => name === NAME)?.inside);
    expect(insides).toMatchObject([{ kind: 'qemu-ga' }, { kind: 'qemu-ga' }]);
  });

  it('have one trim between them: the other is told who is there, and stores nothing', async () => {
    trimsWith({ saysBytes: FREED_BYTES, does: 'gives back' });
    const [ownBefore, othersBefore] = [await first.history(), await second.history()];
    agent.hold('guest-fstrim');
    const trim = first.trimtab('trim', NAME, '--json');
    await expect.poll(() => agent.isHeld('guest-fstrim'), { timeout: 60_000 }).toBe(true);
    const refused = await second.trimtab('trim', NAME, '--json');
    expect(refused.exitCode).toBe(1);
    expect(JSON.parse(refused.stdout).error).toMatchObject({
      code: 'guest-agent-busy',
      cause: 'somebody else is connected to it',
      hint: expect.stringContaining('ss -xp'),
    });
    agent.release('guest-fstrim');
    const result = JSON.parse((await trim).stdout) as TrimResult;
    expect(result.disks).toMatchObject([{ verdict: 'reclaimed' }]);
    expect(result.disks[0]?.hops.reclaimedBytes).toBeGreaterThan(LEAST_BYTES);
    expect(await first.history()).toEqual([result, ...ownBefore]);
    expect(await second.history()).toEqual(othersBefore);
  });

  it('have one each where one comes after the other', async () => {
    trimsWith({ saysBytes: FREED_BYTES, does: 'gives back' });
    expect((await measured(() => first.trim(NAME))).fellBytes).toBeGreaterThan(LEAST_BYTES);
    // The hole is there already.
    expect((await measured(() => second.trim(NAME))).fellBytes).toBe(0);
  });
});

describe('a collector with a schedule for such guests', () => {
  it('trims it by itself, and the result is stored as that of a schedule', async () => {
    trimsWith({ saysBytes: 1, does: 'gives back' });
    await using collector = await startCollectorProgram({
      directory: third,
      args: [...OWN.args, '--qga-schedule', '* * * * * *', '--qga-time-zone', 'Europe/Vienna'],
    });
    await expect.poll(async () => (await collector.history()).length, { timeout: 120_000 }).toBeGreaterThan(0);
    const result = (await collector.history()).at(-1);
    expect(result).toMatchObject({ guest: NAME, inside: 'qemu-ga', trigger: 'scheduled', requestId: null });
    expect(result?.disks[0]?.hops.reclaimedBytes).toBeGreaterThan(LEAST_BYTES);
  });
});

describe('a guest whose QEMU has ended', () => {
  it('is refused for that, with what to do, and nothing is stored', async () => {
    const stored = await first.history();
    await qemu.kill();
    await agent.close();
    const { exitCode, stdout } = await first.trimtab('trim', NAME, '--json');
    expect({ exitCode, error: JSON.parse(stdout).error }).toMatchObject({
      exitCode: 1,
      error: {
        // Beside QEMU of another user, which this collector ignores, it cannot be known to be off.
        code: expect.stringMatching(/^(?:guest-off|no-agent)$/),
        subject: NAME,
        cause: expect.stringContaining('no QEMU of it'),
        hint: expect.stringMatching(/start the guest|Start it/),
      },
    });
    expect(await first.history()).toEqual(stored);
  });
});
