import { mkdir, truncate, writeFile } from 'node:fs/promises';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { TrimResult } from '../../collector/src/model/trim-result.ts';
import { UNTIL_QEMU_GA_LISTENS } from '../lab/inside.ts';
import { allocationOf } from '../support/allocation.ts';
import { type CollectorUnderTest, startCollectorProgram } from '../support/programs/collector.ts';
import { CHANNEL_XML } from '../support/qemu-ga/qemu-ga-channel.ts';
import { qemuGaFiles, START_QEMU_GA } from '../support/qemu-ga/qemu-ga-files.ts';
import { waitWhileMoving } from '../support/waiting/wait-while-moving.ts';
import { type LibvirtScene, startLibvirtScene } from './libvirt-scene.ts';

// A real libvirtd that goes away and comes back, and two collectors that ask it for one real guest with Debian's
// qemu-guest-agent. As root; builds on the built programs.
const MIB = 1024 ** 2;
const FILE_BYTES = 48 * MIB;
const GUEST = { name: 'shared', uuid: 'a9000000-0000-4000-8000-000000000001' };
let scene: LibvirtScene;
let first: CollectorUnderTest;
let second: CollectorUnderTest;
let image: string;
let notes: string;

beforeAll(async () => {
  scene = await startLibvirtScene({
    booted: GUEST,
    inside: {
      files: await qemuGaFiles(),
      onBoot: () => [START_QEMU_GA],
      untilThere: async ({ mustRun }) => void (await mustRun(UNTIL_QEMU_GA_LISTENS)),
    },
    paused: [],
    async create({ at, boot }) {
      await writeFile(at('data'), '');
      await truncate(at('data'), 512 * MIB);
      return [
        {
          ...GUEST,
          machine: 'pc',
          boot: { ...boot, consoleLog: at('console.log'), shell: at('shell') },
          devices: CHANNEL_XML,
          disks: [{ path: at('data'), format: 'raw', bus: 'scsi', driver: " discard='unmap'" }],
        },
      ];
    },
  });
  image = scene.at('data');
  first = scene.collector;
  await mkdir(scene.at('second'));
  second = await startCollectorProgram({
    directory: scene.at('second'),
    args: ['--libvirt-uri', scene.libvirt.uri],
  });
  notes = await readNotes();
  // Over device-mapper, which can be told to hold back everything: then a trim hangs in the kernel.
  await scene.mustRun(
    [
      'dmsetup create slow --table "0 $(blockdev --getsz /dev/sda) linear /dev/sda 0"',
      'mkfs.ext4 -q -J size=4 -E nodiscard,lazy_itable_init=1 /dev/mapper/slow',
      'mkdir -p /mnt/data && mount -o noinit_itable /dev/mapper/slow /mnt/data',
    ].join(' && '),
  );
});

afterAll(async () => {
  await second?.[Symbol.asyncDispose]();
  await scene?.[Symbol.asyncDispose]();
});

/** Mounted anew: ext4 skips what it has trimmed since it was mounted. */
async function writeAndDelete(): Promise<void> {
  await scene.mustRun(
    `umount /mnt/data && mount -o noinit_itable /dev/mapper/slow /mnt/data && fill /mnt/data/file ${FILE_BYTES} && sync && rm /mnt/data/file && sync`,
  );
}

describe('two collectors that ask libvirt for the same guest', () => {
  it('have one trim between them: the other is told so, asks of others meanwhile, and has its own after that', async () => {
    await writeAndDelete();
    const before = await allocationOf(image);
    const trim = await hangingTrim();
    try {
      const refused = await second.trimtab('trim', GUEST.name, '--json');
      expect({ exitCode: refused.exitCode, error: JSON.parse(refused.stdout).error }).toMatchObject({
        exitCode: 1,
        error: {
          code: 'guest-agent-silent',
          cause: expect.stringContaining('somebody else has it do what takes long, as a trim does'),
          hint: expect.stringMatching(/\S/),
        },
      });
      const names = (await second.guests()).guests.map(({ name }) => name);
      expect(names).toContain(GUEST.name);
      expect((await first.status()).images.map(({ path }) => path)).toContain(image);
      expect((await first.guests()).guests.find(({ name }) => name === GUEST.name)?.inside.kind).toBe('qemu-ga');
    } finally {
      await resume();
    }
    const result = await trim();
    expect(reclaimedOf(result)).toBe(before - (await allocationOf(image)));
    expect(reclaimedOf(result)).toBeGreaterThan(FILE_BYTES * 0.9);
    expect(await first.history()).toEqual([result]);
    expect(await second.history()).toEqual([]);
    const own = await second.trim(GUEST.name);
    expect(await second.history()).toEqual([own]);
    expect(await first.history()).toEqual([result]);
  });
});

describe('a libvirtd that goes away in the middle of a trim', () => {
  it('leaves one result, by what the host measured, and is asked again when it is back', async () => {
    const stored = await first.history();
    await writeAndDelete();
    const before = await allocationOf(image);
    const trim = await hangingTrim();
    let result: TrimResult;
    try {
      await scene.libvirt.stopDaemon();
      result = await trim();
      expect(result).toMatchObject({ inside: 'qemu-ga', reported: false });
      expect(result.disks.map(({ sentence }) => sentence)).toEqual([
        expect.stringMatching(/^libvirt ended or fell silent in the middle/),
      ]);
      expect(reclaimedOf(result)).toBe(before - (await allocationOf(image)));
      expect(await first.history()).toEqual([result, ...stored]);
      const refused = await first.trimtab('trim', GUEST.name, '--json');
      expect({ exitCode: refused.exitCode, error: JSON.parse(refused.stdout).error }).toMatchObject({
        exitCode: 1,
        error: { cause: expect.stringMatching(/libvirt/), hint: expect.stringMatching(/\S/) },
      });
    } finally {
      await resume();
      await scene.libvirt.startDaemon();
    }
    // It has trimmed on, for nobody.
    await untilIdle();
    await scene.mustRun(`fill /mnt/data/more ${FILE_BYTES} && sync && rm /mnt/data/more && sync`);
    const held = await allocationOf(image);
    const again = await first.trim(GUEST.name);
    expect(again.reported).toBe(true);
    expect(reclaimedOf(again)).toBe(held - (await allocationOf(image)));
    expect(await first.history()).toEqual([again, result, ...stored]);
  });
});

describe('a guest of libvirt that cannot answer', () => {
  it('is told as paused while it is, and nothing of all this has left a mark on it', async () => {
    await scene.libvirt.virsh('suspend', GUEST.name);
    try {
      await refusedWith({ code: 'guest-agent-off', cause: /paused/, hint: /virsh .*domstate/ });
    } finally {
      await scene.libvirt.virsh('resume', GUEST.name);
    }
    expect(await readNotes()).toBe(notes);
  });

  it('is noted as tainted where somebody agrees to that, and then the bytes of each mount are told', async () => {
    await writeAndDelete();
    const before = await allocationOf(image);
    const { stdout } = await first.trimtab('trim', GUEST.name, '--even-if-tainted', '--json');
    const result = JSON.parse(stdout) as TrimResult;
    const data = result.filesystems.find(({ mount }) => mount === '/mnt/data');
    expect(data?.outcome).toEqual({ status: 'done', trimmedBytes: expect.any(Number) });
    expect(reclaimedOf(result)).toBe(before - (await allocationOf(image)));
    const [disk] = result.disks.filter((each) => each.image === image);
    expect(disk?.hops.trimmedBytes).toBeGreaterThan(FILE_BYTES);
    expect(disk?.hops.passedBytes).toBeGreaterThan(FILE_BYTES);
    const added = (await readNotes()).split('\n').filter((line) => !notes.split('\n').includes(line));
    expect(added.join('\n')).toContain('custom guest agent control commands issued');
    const again = await first.trim(GUEST.name);
    expect(again.filesystems.map(({ outcome }) => outcome)).toEqual(
      again.filesystems.map(() => ({ status: 'done', trimmedBytes: null })),
    );
  });

  it('and is started anew in the middle of a trim leaves one result, and is told as one in which nobody runs yet', async () => {
    await writeAndDelete();
    const stored = await first.history();
    const trim = await hangingTrim();
    await scene.libvirt.virsh('reset', GUEST.name);
    const result = await trim();
    expect(result).toMatchObject({ inside: 'qemu-ga', reported: false });
    expect(result.disks.map(({ sentence }) => sentence)).toEqual([expect.stringMatching(/^qemu-guest-agent ended/)]);
    expect(await first.history()).toEqual([result, ...stored]);
    await refusedWith({ code: 'guest-agent-not-running', cause: /does not run/, hint: /qemu-guest-agent/ });
  });

  it('is told as off when it is', async () => {
    await scene.libvirt.virsh('destroy', GUEST.name);
    await refusedWith({ code: 'guest-off', cause: /off/, hint: /virsh .*start/ });
  });
});

interface Refusal {
  readonly code: string;
  readonly cause: RegExp;
  readonly hint: RegExp;
}

async function refusedWith({ code, cause, hint }: Refusal): Promise<void> {
  const stored = await first.history();
  const { exitCode, stdout } = await first.trimtab('trim', GUEST.name, '--json');
  expect({ exitCode, error: JSON.parse(stdout).error }).toMatchObject({
    exitCode: 1,
    error: { code, cause: expect.stringMatching(cause), hint: expect.stringMatching(hint) },
  });
  expect(await first.history()).toEqual(stored);
}

/** One that waits in the guest's kernel until `resume`, where there is something to be trimmed; its result. */
async function hangingTrim(): Promise<() => Promise<TrimResult>> {
  await scene.mustRun('dmsetup suspend --noflush --nolockfs slow');
  const answer = first.trimtab('trim', GUEST.name, '--json');
  await waitWhileMoving({
    what: 'qemu-ga waits for the suspended device',
    movement: scene.movement,
    find: async () => (await countWaiting()) === 1 || null,
  });
  return async () => JSON.parse((await answer).stdout) as TrimResult;
}

const resume = () => scene.mustRun('dmsetup resume slow');

/** Whether its qemu-ga waits in the kernel. */
async function countWaiting(): Promise<number> {
  return Number(await scene.mustRun('grep -c "^State:.D" /proc/$(busybox pidof qemu-ga)/status || true'));
}

/** Its qemu-ga has nothing to do any more. */
async function untilIdle(): Promise<void> {
  await waitWhileMoving({
    what: 'qemu-ga has ended its trim',
    movement: scene.movement,
    find: async () => (await first.guests()).guests.some(isAnswering) || null,
  });
}

const isAnswering = ({ name, inside }: Awaited<ReturnType<CollectorUnderTest['guests']>>['guests'][number]) =>
  name === GUEST.name && inside.kind === 'qemu-ga';

function reclaimedOf({ disks }: TrimResult): number | null {
  const [disk, ...others] = disks.filter((each) => each.image === image);
  if (disk === undefined || others.length > 0) throw new Error(`one disk is expected: ${JSON.stringify(disks)}`);
  return disk.hops.reclaimedBytes;
}

/** All but what a guest that runs has otherwise at each look. */
async function readNotes(): Promise<string> {
  const lines = (await scene.libvirt.virsh('dominfo', GUEST.name)).split('\n');
  return lines.filter((line) => !line.startsWith('CPU time:')).join('\n');
}
