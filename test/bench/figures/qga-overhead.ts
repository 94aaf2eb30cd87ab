import { join } from 'node:path';
import { UNTIL_QEMU_GA_LISTENS } from '../../lab/inside.ts';
import { type Guest, startGuest } from '../../support/guest/guest.ts';
import { runCommand } from '../../support/machine/command.ts';
import { startCollectorProgram } from '../../support/programs/collector.ts';
import { askBare } from '../../support/qemu-ga/ask-bare.ts';
import { channelArguments } from '../../support/qemu-ga/qemu-ga-channel.ts';
import { qemuGaFiles, START_QEMU_GA } from '../../support/qemu-ga/qemu-ga-files.ts';
import { askTrim } from '../ask-trim.ts';
import type { Benchmark } from '../benchmark.ts';
import { formatSpread, median } from '../statistics.ts';

const NAME = 'qga-overhead';
const ROUNDS = 7;

/** What a trim may cost besides: the questions before it, samples, and the time in which an image must hold still. */
const FIXED_MS = 300;

/** Two trims of the same state differ by what ext4 allocates for itself in between. */
const SAME_STATE = 0.01;

interface Trim {
  readonly elapsedMs: number;
  readonly trimmedBytes: number;
}

/** A trim that a real qemu-ga carries out, beside `guest-fstrim` put to the same qemu-ga over the same socket. */
export const qgaOverhead: Benchmark = {
  figures: [{ figure: 'qga-overhead', unit: 'x', bar: 1.15, bound: 'at most', decimals: 3 }],
  async measure({ directory, say, signal }) {
    const stack = new AsyncDisposableStack();
    try {
      const collector = stack.use(await startCollectorProgram({ directory }));
      const socket = join(directory, 'qga');
      say('a guest with qemu-ga and an ext4 in many pieces');
      const guest = stack.use(await startFragmentedGuest({ directory, socket, signal }));
      const bare: Trim[] = [];
      const through: Trim[] = [];
      const trimBare = async () => toTrimmedBytes(await askBare({ socket, execute: 'guest-fstrim' }));
      const trimThrough = async () => {
        const { filesystems } = await askTrim({ socketPath: collector.socketPath, guest: NAME, mount: null });
        const outcome = filesystems.find(({ mount }) => mount === MOUNT)?.outcome;
        if (outcome?.status !== 'done' || outcome.trimmedBytes === null)
          throw new Error(`the trim was not done: ${JSON.stringify(filesystems)}`);
        return outcome.trimmedBytes;
      };
      await timed(guest, trimBare);
      for (let round = 1; round <= ROUNDS; round += 1) {
        signal.throwIfAborted();
        bare.push(await timed(guest, trimBare));
        through.push(await timed(guest, trimThrough));
        say(`round ${round} of ${ROUNDS}: bare ${describe(bare.at(-1))}, through ${describe(through.at(-1))}`);
      }
      checkSameState([...bare, ...through]);
      const bareMs = bare.map(({ elapsedMs }) => elapsedMs);
      const throughMs = through.map(({ elapsedMs }) => elapsedMs);
      return {
        'qga-overhead': {
          value: (median(throughMs) - FIXED_MS) / median(bareMs),
          against: `guest-fstrim asked bare, ${ROUNDS} of each: ${formatSpread(bareMs)} ms; ours ${formatSpread(throughMs)} ms; ${FIXED_MS} ms are taken off`,
        },
      };
    } finally {
      await stack.disposeAsync();
    }
  },
};

const MOUNT = '/mnt/data';

/**
 * Every second of these files comes and goes, so each leaves a hole of its own: an emulated guest sends few a second.
 */
const FILES = 6_000;
const PROGRAM = `const fs = require('node:fs'), data = Buffer.alloc(8192, 'piece');
const [, , what] = process.argv, step = what === 'all' ? 1 : 2;
for (let index = 1; index < ${FILES}; index += step) {
  const folder = '${MOUNT}/' + Math.floor(index / 500), path = folder + '/' + index;
  if (what === 'all') fs.mkdirSync(folder, { recursive: true });
  if (what === 'remove') fs.rmSync(path); else fs.writeFileSync(path, data);
}
`;

async function startFragmentedGuest(parts: {
  readonly directory: string;
  readonly socket: string;
  readonly signal: AbortSignal;
}): Promise<Guest> {
  const { directory, socket, signal } = parts;
  const image = join(directory, 'data.img');
  await runCommand('truncate', ['-s', '2G', image]);
  const guest = await startGuest({
    name: NAME,
    directory: join(directory, 'guest'),
    disks: [{ id: 'data', path: image, format: 'raw', bus: 'virtio-scsi', discard: 'unmap', serial: 'data' }],
    files: { ...(await qemuGaFiles()), '/opt/pieces.cjs': { text: PROGRAM } },
    qemuArguments: channelArguments(socket),
    signal,
  });
  try {
    await guest.mustRun(
      `mkfs.ext4 -q -E nodiscard,lazy_itable_init=1 /dev/sda && mkdir -p ${MOUNT} && mount -o noinit_itable /dev/sda ${MOUNT}`,
    );
    await guest.mustRun('node /opt/pieces.cjs all && sync && node /opt/pieces.cjs remove && sync');
    await guest.mustRun(`${START_QEMU_GA} >/run/qemu-ga.log 2>&1 </dev/null &`);
    await guest.mustRun(UNTIL_QEMU_GA_LISTENS);
    return guest;
  } catch (error) {
    await guest.stop();
    throw error;
  }
}

/** The same files written and deleted anew, and mounted anew: ext4 skips groups it has trimmed since it was mounted. */
const RESTORE = `node /opt/pieces.cjs write && sync && node /opt/pieces.cjs remove && sync && umount ${MOUNT} && mount -o noinit_itable /dev/sda ${MOUNT} && sync && sleep 2`;

async function timed(guest: Guest, trim: () => Promise<number>): Promise<Trim> {
  await guest.mustRun(RESTORE);
  const beganMs = performance.now();
  const trimmedBytes = await trim();
  return { elapsedMs: performance.now() - beganMs, trimmedBytes };
}

/** Both sides must have had the same to do, or their ratio says nothing. */
function checkSameState(trims: readonly Trim[]): void {
  const counts = trims.map(({ trimmedBytes }) => trimmedBytes);
  const [least, most] = [Math.min(...counts), Math.max(...counts)];
  if (most - least > most * SAME_STATE)
    throw new Error(`the trims had different states before them: trimmed from ${least} to ${most} bytes`);
}

function toTrimmedBytes(said: unknown): number {
  const { paths } = said as { readonly paths: readonly { readonly path: string; readonly trimmed?: number }[] };
  const trimmed = paths.find(({ path }) => path === MOUNT)?.trimmed;
  if (trimmed === undefined) throw new Error(`qemu-ga said: ${JSON.stringify(said)}`);
  return trimmed;
}

function describe(trim: Trim | undefined): string {
  return trim === undefined ? '-' : `${trim.elapsedMs.toFixed(0)} ms (${trim.trimmedBytes} bytes)`;
}
