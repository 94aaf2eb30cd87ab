import { mkdir } from 'node:fs/promises';
import { join } from 'node:path';
import { type Guest, startGuest } from '../../support/guest/guest.ts';
import { runCommand } from '../../support/machine/command.ts';
import { createLoopDisk } from '../../support/machine/loop-disk.ts';
import type { CleanUp } from '../../support/own-tools/clean-up.ts';
import { Dice } from '../forecast/dice.ts';
import type { MadePool, PoolGuest } from './pools.ts';

/** None gets near it: a pool that is full would end its curve. */
const POOL_BYTES = 12 * 1024 ** 3;
const PIECE_MIB = 20;

/** A guest that lives its days one after the other. */
export interface Filler {
  live(day: number): Promise<void>;
}

interface Surroundings {
  readonly directory: string;
  readonly cleanUp: CleanUp;
  readonly signal: AbortSignal;
}

/** A filesystem on a loop device, and the guests whose images lie on it. */
export async function startPool({
  pool,
  directory,
  cleanUp,
  signal,
}: Surroundings & { pool: MadePool }): Promise<{ readonly mount: string; readonly fillers: readonly Filler[] }> {
  const disk = await cleanUp.make({
    what: pool.name,
    make: () => createLoopDisk({ directory, name: pool.name, bytes: POOL_BYTES }),
    undo: async (made) => made[Symbol.asyncDispose](),
  });
  const fillers: Filler[] = [];
  for (const [index, plan] of pool.guests.entries()) {
    const name = `${pool.name}-${index + 1}`;
    const image = join(disk.mount, `${name}.raw`);
    await runCommand('truncate', ['-s', `${plan.sizeMib ?? 16_384}M`, image]);
    const folder = join(directory, name);
    await mkdir(folder);
    const guest = await cleanUp.make({
      what: `guest ${name}`,
      make: () =>
        startGuest({
          name,
          directory: folder,
          memoryMiB: 256,
          network: false,
          signal,
          disks: [{ id: 'data', path: image, format: 'raw', bus: 'virtio-scsi', discard: 'unmap', serial: name }],
        }),
      undo: (made) => made.stop(),
    });
    fillers.push(await toFiller({ name, guest, plan }));
  }
  return { mount: disk.mount, fillers };
}

async function toFiller(parts: { name: string; guest: Guest; plan: PoolGuest }): Promise<Filler> {
  const { name, guest, plan } = parts;
  const comesOn = plan.comesOn ?? 0;
  const come = async () => {
    await guest.mustRun(
      `mkfs.ext4 -q -m 0 -J size=8 -E nodiscard,lazy_itable_init=1 /dev/sda && mkdir -p /data && mount -o noinit_itable,${plan.mountOption ?? 'nodiscard'} /dev/sda /data`,
    );
    for (let piece = 0; piece * PIECE_MIB < plan.firstMib; piece += 1) {
      await guest.mustRun(
        `dd if=/dev/zero of=/data/first-${piece} bs=1M count=${PIECE_MIB} oflag=direct conv=fsync status=none`,
      );
    }
  };
  if (comesOn === 0) await come();
  const linesOf = plan.habit(new Dice(seedOf(name)));
  return {
    async live(day) {
      // Each day's lines are drawn, lived or not: what a guest does on a day depends on nothing else.
      const lines = linesOf(day);
      if (day < comesOn) return;
      if (day === comesOn && day > 0) await come();
      if (lines.length > 0) await guest.mustRun(lines.map((line) => `(${line})`).join(' && '));
    },
  };
}

function seedOf(name: string): number {
  return [...name].reduce((sum, character) => (31 * sum + character.charCodeAt(0)) % 1_000_003, 7);
}
