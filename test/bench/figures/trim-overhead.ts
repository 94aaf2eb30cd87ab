import { hostname } from 'node:os';
import { runCommand } from '../../support/machine/command.ts';
import { startCollectorProgram } from '../../support/programs/collector.ts';
import { startHostAgent } from '../../support/programs/host-agent.ts';
import { askTrim } from '../ask-trim.ts';
import type { Benchmark } from '../benchmark.ts';
import { createFragmentedFilesystem, type FragmentedFilesystem } from '../fragmented-filesystem.ts';
import { formatSpread, median } from '../statistics.ts';

const ROUNDS = 9;

/**
 * What a trim may cost besides its fstrim, whatever its length: sync, samples and the time in which an image must hold
 * still.
 */
const FIXED_MS = 300;

/** Two trims of the same state differ by what ext4 allocates for itself in between. */
const SAME_STATE = 0.01;

interface Trim {
  readonly elapsedMs: number;
  /** Of the fstrim alone, by whoever started it: equal on both sides, or something else than the programs differed. */
  readonly fstrimMs: number;
  readonly trimmedBytes: number;
  readonly discards: number;
}

/** A trim by agent and collector, from the request at the API to its `finished` event, beside `fstrim -v` alone. */
export const trimOverhead: Benchmark = {
  figures: [{ figure: 'trim-overhead', unit: 'x', bar: 1.15, bound: 'at most', decimals: 3 }],
  async measure({ directory, say, signal }) {
    if (process.getuid?.() !== 0) throw new Error('a loop device needs root: run it as root');
    const stack = new AsyncDisposableStack();
    try {
      const collector = stack.use(await startCollectorProgram({ directory }));
      say('an ext4 of 30 GiB with 60,000 small files');
      const filesystem = stack.use(await createFragmentedFilesystem({ directory, signal }));
      const { mount } = filesystem;
      const agent = stack.use(
        startHostAgent({ directory, port: collector.agentPort, args: ['--minimum-interval', '0s'] }),
      );
      const guest = hostname();
      await collector.untilConnected({ guest, mounts: [mount], movement: agent.movement });

      const plain: Trim[] = [];
      const through: Trim[] = [];
      const trimPlainly = () =>
        timed(filesystem, async () => ({
          trimmedBytes: toTrimmedBytes(await runCommand('fstrim', ['-v', mount])),
          fstrimMs: null,
        }));
      const trimThrough = () =>
        timed(filesystem, async () => {
          const { filesystems } = await askTrim({ socketPath: collector.socketPath, guest, mount });
          const trimmed = filesystems[0];
          if (trimmed?.outcome.status !== 'done' || trimmed.outcome.trimmedBytes === null)
            throw new Error(`the trim was not done: ${JSON.stringify(filesystems)}`);
          return { trimmedBytes: trimmed.outcome.trimmedBytes, fstrimMs: trimmed.durationMs };
        });
      // The image is new: its first trim finds what mkfs and the first files have left.
      await trimPlainly();
      for (let round = 1; round <= ROUNDS; round += 1) {
        signal.throwIfAborted();
        plain.push(await trimPlainly());
        through.push(await trimThrough());
        say(`round ${round} of ${ROUNDS}: fstrim ${describe(plain.at(-1))}, through ${describe(through.at(-1))}`);
      }
      checkSameState([...plain, ...through]);
      const plainMs = plain.map(({ elapsedMs }) => elapsedMs);
      const throughMs = through.map(({ elapsedMs }) => elapsedMs);
      const ownMs = through.map(({ fstrimMs }) => fstrimMs);
      const besidesMs = through.map(({ elapsedMs, fstrimMs }) => elapsedMs - fstrimMs);
      say(
        `through agent and collector: ${formatSpread(throughMs)} ms; besides its fstrim ${formatSpread(besidesMs)} ms`,
      );
      return {
        'trim-overhead': {
          value: (median(throughMs) - FIXED_MS) / median(plainMs),
          against: `fstrim -v on the same state, ${ROUNDS} of each: ${formatSpread(plainMs)} ms; ours ${formatSpread(throughMs)} ms, its own fstrim ${formatSpread(ownMs)} ms of it; ${FIXED_MS} ms are taken off`,
        },
      };
    } finally {
      await stack.disposeAsync();
    }
  },
};

async function timed(
  filesystem: FragmentedFilesystem,
  trim: () => Promise<{ trimmedBytes: number; fstrimMs: number | null }>,
): Promise<Trim> {
  await filesystem.restore();
  const discards = await filesystem.countDiscards();
  const beganMs = performance.now();
  const { trimmedBytes, fstrimMs } = await trim();
  const elapsedMs = performance.now() - beganMs;
  const discardsAfter = await filesystem.countDiscards();
  return { elapsedMs, fstrimMs: fstrimMs ?? elapsedMs, trimmedBytes, discards: discardsAfter - discards };
}

/** Both sides must have had the same to do, or their ratio says nothing. */
function checkSameState(trims: readonly Trim[]): void {
  for (const count of ['trimmedBytes', 'discards'] as const) {
    const counts = trims.map((trim) => trim[count]);
    const [least, most] = [Math.min(...counts), Math.max(...counts)];
    if (most - least > most * SAME_STATE)
      throw new Error(`the trims had different states before them: ${count} from ${least} to ${most}`);
  }
}

function toTrimmedBytes(said: string): number {
  const digits = /\((\d+) bytes\) trimmed/.exec(said)?.[1];
  if (digits === undefined) throw new Error(`fstrim said: ${said}`);
  return Number(digits);
}

function describe(trim: Trim | undefined): string {
  return trim === undefined ? '-' : `${trim.elapsedMs.toFixed(0)} ms (${trim.discards} discards)`;
}
