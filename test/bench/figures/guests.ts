import { join } from 'node:path';
import type { Benchmark } from '../benchmark.ts';
import { startFleet } from '../fleet/fleet.ts';
import { formatSpread, median } from '../statistics.ts';
import { timeCommand } from './fleet.ts';

const SIZE = 4_096;
const ROUNDS = 5;

/** `trimtab guests` of a collector with as many agents as it takes, against the start of the same program. */
export const guests: Benchmark = {
  figures: [{ figure: 'guests-4096', unit: 's', bar: 0.6, bound: 'at most', decimals: 2 }],
  async measure({ directory, signal }) {
    const { collector, close } = await startFleet({ directory: join(directory, 'fleet'), size: SIZE, signal });
    try {
      const times = { guests: [] as number[], start: [] as number[] };
      for (let round = 0; round < ROUNDS; round += 1) {
        signal.throwIfAborted();
        times.guests.push(await timeCommand(collector, 'guests'));
        times.start.push(await timeCommand(collector, '--version'));
      }
      return {
        'guests-4096': {
          value: median(times.guests) / 1000,
          against: `the same program's start (--version): ${formatSpread(times.start)} ms; medians of ${ROUNDS}`,
        },
      };
    } finally {
      await close();
    }
  },
};
