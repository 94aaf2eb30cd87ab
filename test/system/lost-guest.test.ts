import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, beforeEach, expect, it } from 'vitest';
import type { TrimResult } from '../../collector/src/model/trim-result.ts';
import { allocationOf } from '../support/allocation.ts';
import { type Guest, startGuest } from '../support/guest/guest.ts';
import { prepareGuest } from '../support/guest/prepare.ts';
import { runCommand } from '../support/machine/command.ts';
import { type CollectorUnderTest, startCollectorProgram } from '../support/programs/collector.ts';
import { AGENT_FILES, agentCommand } from '../support/programs/guest-agent.ts';
import { COLLECTOR_BIN } from '../support/programs/own-programs.ts';
import { type Program, startProgram } from '../support/programs/program.ts';
import { textLength } from '../support/waiting/movement.ts';
import { settleWhileMoving } from '../support/waiting/wait-while-moving.ts';

// A real guest that dies in the middle of a trim: reset, then killed with its QEMU. Its agent's state is in memory, and
// gone with it.
const MIB = 1024 ** 2;
const NAME = 'mortal';
const FILLED = 90 * MIB;
let directory: string;
let image: string;
let collector: CollectorUnderTest;
let guest: Guest;

beforeAll(async () => {
  await prepareGuest({ say: (line) => console.error(line) });
  directory = await mkdtemp(join(tmpdir(), 'trimtab-mortal-'));
  image = join(directory, 'data');
  await runCommand('truncate', ['-s', '1G', image]);
  collector = await startCollectorProgram({ directory });
  guest = await startGuest({
    name: NAME,
    directory: join(directory, 'guest'),
    disks: [{ id: 'data', path: image, format: 'raw', bus: 'virtio-scsi', discard: 'unmap', serial: 'data' }],
    files: AGENT_FILES,
    onBoot: [
      [
        'mkdir -p /data /run/trimtab',
        // fstrim as it is, after which the trim is not over for a long time.
        'mv /usr/sbin/fstrim /run/fstrim',
        'printf \'#!/bin/sh\\n/run/fstrim "$@"; sync; echo discarded >/dev/console; exec sleep 3600\\n\' >/usr/sbin/fstrim',
        'chmod 755 /usr/sbin/fstrim',
        'mount -o noinit_itable /dev/sda /data || { mkfs.ext4 -q -E nodiscard,lazy_itable_init=1 /dev/sda && mount -o noinit_itable /dev/sda /data; }',
        agentCommand({ port: collector.agentPort, args: ['--minimum-interval', '0s'] }),
      ].join(' && '),
    ],
  });
  await collector.untilConnected({ guest: NAME, mounts: ['/data'], movement: guest.movement });
});

afterAll(async () => {
  await guest?.stop();
  await collector?.program.stop();
  await rm(directory, { recursive: true, force: true });
});

/** What the image takes when a trim of it is about to begin. */
let beforeBytes: number;
let watcher: Program;
let discarded: number;

beforeEach(async () => {
  await guest.mustRun(`fill /data/file ${FILLED} && sync -f /data && rm /data/file && sync -f /data`);
  beforeBytes = await allocationOf(image);
  discarded = guest.console().split('discarded').length;
  watcher = startProgram(COLLECTOR_BIN, ['trim', NAME, '/data', '--socket', collector.socketPath]);
  await watcher.says(/started/);
  await settleWhileMoving({
    what: 'the guest has discarded',
    promise: untilDiscarded(),
    movement: guest.movement,
    describe: () => guest.console(),
  });
  return () => watcher.stop();
});

async function untilDiscarded(): Promise<void> {
  while (guest.console().split('discarded').length === discarded)
    await new Promise((resolve) => setTimeout(resolve, 50));
}

/** `movement`: of the guest, unless that is gone. */
async function watcherEnds(movement = guest.movement): Promise<number | null> {
  return settleWhileMoving({
    what: 'the watcher ends',
    promise: watcher.exitCode(),
    movement: [...movement, textLength('the collector’s log', collector.program.output)],
    describe: () => `${watcher.output()}\n${collector.program.output()}\n${guest.console()}`,
  });
}

async function untilDoctorSays(sentence: string): Promise<void> {
  for (;;) {
    const { stdout } = await collector.trimtab('doctor', NAME);
    expect(stdout).not.toContain('No guest found');
    if (stdout.replaceAll(/\s+/g, ' ').includes(sentence)) return;
    await new Promise((resolve) => setTimeout(resolve, 200));
  }
}

async function untilStored(): Promise<readonly TrimResult[]> {
  for (;;) {
    const trims = await collector.history();
    if (trims.length > 0) return trims;
    await new Promise((resolve) => setTimeout(resolve, 200));
  }
}

/**
 * Whichever the collector knows first ends the wait: the old connection is refused by the new kernel, or the agent says
 * hello.
 */
const TOLD_OF_RESET: Readonly<Record<number, string>> = {
  1: 'The agent may trim on. When it is connected again and has told how the trim went',
  32: 'The guest was started anew before its agent told how the trim went. From the grant until then',
};

it('a reset in the middle of a trim keeps nobody waiting, and is stored when the guest is back, with what came back until then', async () => {
  await guest.qmp('system_reset');
  const code = await watcherEnds();
  expect(watcher.output().replaceAll(/\s+/g, ' ')).toContain(TOLD_OF_RESET[code ?? -1]);
  const [trim] = await settleWhileMoving({
    what: 'the trim is stored',
    promise: untilStored(),
    movement: [...guest.movement, textLength('the collector’s log', collector.program.output)],
    describe: () => `${collector.program.output()}\n${guest.console()}`,
  });
  expect(trim).toMatchObject({
    reported: false,
    filesystems: [{ mount: '/data', outcome: { status: 'failed' } }],
    disks: [
      { device: 'sda', image, verdict: 'inconclusive', sentence: expect.stringContaining(TOLD_OF_RESET[32] ?? '') },
    ],
  });
  expect(Math.abs((trim?.disks[0]?.hops.reclaimedBytes ?? 0) - FILLED)).toBeLessThan(8 * MIB);
  await collector.untilConnected({ guest: NAME, mounts: ['/data'], movement: guest.movement });
});

it('a QEMU that is killed in the middle of a trim is told at once, with what came back until then', async () => {
  const fellBytes = beforeBytes - (await allocationOf(image));
  const killedMs = performance.now();
  process.kill(guest.pid, 'SIGKILL');
  expect(await watcherEnds([]), watcher.output()).toBe(32);
  expect(performance.now() - killedMs).toBeLessThan(10_000);
  const said = watcher.output().replaceAll(/\s+/g, ' ');
  expect(said).toContain('The guest’s QEMU ended before its agent told how the trim went. From the grant until then');
  const trims = await collector.history();
  expect(trims).toHaveLength(2);
  expect(trims[0]?.disks[0]?.hops).toMatchObject({ trimmedBytes: null, reclaimedBytes: fellBytes });
  expect(fellBytes).toBeGreaterThan(FILLED - 8 * MIB);
  // Its process may be listed for a moment more.
  await settleWhileMoving({
    what: 'the doctor says that the guest is off',
    promise: untilDoctorSays(`${NAME}: it is off, so nothing of it was examined`),
    movement: [textLength('the collector’s log', collector.program.output)],
    describe: () => collector.program.output(),
  });
});
