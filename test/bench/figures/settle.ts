import { execFile } from 'node:child_process';
import { open, stat } from 'node:fs/promises';
import { promisify } from 'node:util';
import { settle as settleReadings } from '../../../collector/src/conduct/measure/settle.ts';
import { clock } from '../../../collector/src/io/clock.ts';
import { createLoopDisk } from '../../support/machine/loop-disk.ts';
import type { Bench, Benchmark } from '../benchmark.ts';
import { median } from '../statistics.ts';

const run = promisify(execFile);

const KINDS = ['ext4', 'xfs'] as const;
const MIB = 1024 ** 2;
const FILE_BYTES = 256 * MIB;
const ROUNDS = 5;
const LIMIT_MS = 10_000;

/**
 * The wait after a trim, from the hole that was punched into an image to the end of the wait for its allocation to hold
 * still. As root, on loop devices; the alternative is the sleep of one second that test suites of libvirt make do with.
 */
export const settle: Benchmark = {
  figures: [{ figure: 'settle', unit: 'ms', bar: 250, bound: 'at most', decimals: 0 }],
  async measure({ directory, say, signal }) {
    const times = new Map<string, readonly number[]>();
    // The collector's timers do not keep a process alive, and here nothing else does.
    const alive = setInterval(() => {}, LIMIT_MS);
    try {
      for (const kind of KINDS) times.set(kind, await measureOn(kind, { directory, signal }));
    } finally {
      clearInterval(alive);
    }
    const medians = [...times].map(([kind, all]) => `${kind} ${median(all).toFixed(0)} ms`);
    const all = [...times.values()].map(median);
    const slowest = Math.max(...[...times.values()].flat());
    say(`${medians.join(', ')}; the longest single wait ${slowest.toFixed(0)} ms`);
    return {
      settle: {
        value: Math.max(...all),
        against: `a sleep of 1000 ms; ${medians.join(', ')}, medians of ${ROUNDS}, the longest ${slowest.toFixed(0)} ms`,
      },
    };
  },
};

async function measureOn(kind: (typeof KINDS)[number], { directory, signal }: Pick<Bench, 'directory' | 'signal'>) {
  await using disk = await createLoopDisk({ directory, name: kind, bytes: 1024 * MIB, kind });
  const image = `${disk.mount}/image.raw`;
  const times: number[] = [];
  for (let round = 0; round < ROUNDS; round += 1) {
    signal.throwIfAborted();
    await fill(image);
    const before = await allocationOf(image);
    await run('fallocate', ['--punch-hole', '--offset', '0', '--length', String(FILE_BYTES / 2), image]);
    const beganMs = performance.now();
    const seen = await settleReadings({
      watched: [{ key: image, lagMs: 0 }],
      read: async () => new Map([[image, await allocationOf(image)]]),
      isSame: (one, other) => Math.abs(one - other) < MIB,
      clock,
      limitMs: LIMIT_MS,
    });
    times.push(performance.now() - beganMs);
    const fell = before - (seen.get(image)?.last ?? before);
    if (seen.get(image)?.still !== true || Math.abs(fell - FILE_BYTES / 2) > MIB)
      throw new Error(`on ${kind} the image fell by ${fell} bytes instead of ${FILE_BYTES / 2}`);
  }
  return times;
}

async function fill(path: string): Promise<void> {
  const file = await open(path, 'w');
  const block = Buffer.alloc(4 * MIB, 'x');
  for (let at = 0; at < FILE_BYTES; at += block.length) await file.write(block, 0, block.length, at);
  await file.sync();
  await file.close();
}

async function allocationOf(path: string): Promise<number> {
  return (await stat(path)).blocks * 512;
}
