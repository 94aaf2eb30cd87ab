import { defineConfig } from 'vitest/config';
import { LongestFirst } from './test/support/machine/longest-first.ts';

/**
 * A ceiling that only a hang meets: what a test of the whole system waits for, it waits for while it moves
 * (test/support/waiting).
 */
const SYSTEM_CEILING_MS = 1_800_000;
const SYSTEM = 'test/system/**/*.test.ts';

export default defineConfig({
  // Sources, not dist: a test sees the code as it stands. What must be a program of its own is started from its bin.
  resolve: { conditions: ['source'] },
  ssr: { resolve: { conditions: ['source'], externalConditions: ['source'] } },
  test: {
    globalSetup: ['test/support/machine/prepare-machine.ts'],
    // For two processors: with two at once they stood idle for a third of the time, with three for a quarter (a disk that
    // is synced, a limit of time). Guests are emulated: more of them at once would only make each slower.
    maxWorkers: 4,
    sequence: { sequencer: LongestFirst },
    projects: [
      {
        extends: true,
        test: {
          name: 'units',
          include: ['test/**/*.test.ts'],
          exclude: ['**/dist/**', '**/node_modules/**', SYSTEM],
          // The soak gives one test many more seeds.
          testTimeout: process.env.TRIMTAB_SOAK_SEEDS === undefined ? 60_000 : SYSTEM_CEILING_MS,
          hookTimeout: 120_000,
        },
      },
      {
        extends: true,
        test: {
          name: 'system',
          include: [SYSTEM],
          exclude: ['**/dist/**', '**/node_modules/**'],
          testTimeout: SYSTEM_CEILING_MS,
          hookTimeout: SYSTEM_CEILING_MS,
        },
      },
    ],
  },
});
