import { defineConfig } from 'vitest/config';
import { LongestFirst } from './test/support/machine/longest-first.ts';

/**
 * A ceiling that only a hang meets: what a test of the whole system waits for, it waits for while it moves
 * (test/support/waiting).
 */
const SYSTEM_CEILING_MS = 1_800_000;
/** The soak gives one test many more seeds. */
const UNIT_CEILING_MS = process.env.TRIMTAB_SOAK_SEEDS === undefined ? 60_000 : SYSTEM_CEILING_MS;
const SYSTEM = 'test/system/**/*.test.ts';
/** Long ways of real guests, by `npm run test:install`. */
const JOURNEYS = 'test/journeys/**/*.test.ts';

/**
 * Tests of the stages, which have no effects and keep nothing between two calls: one worker runs many of these files,
 * and loads what they share once. A worker for each file takes more than twice their processor time.
 */
const STAGES = [
  'test/agent/{probe,prove,report,trim}/**/*.test.ts',
  'test/collector/{alert,coordinate,correlate,diagnose,explain,forecast,host,metrics,pool,qemu,report}/**/*.test.ts',
  'test/collector/conduct/**/*.test.ts',
  'test/protocol/**/*.test.ts',
];

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
          name: 'stages',
          include: STAGES,
          isolate: false,
          // What one file spies on or sets is as it was for the next.
          restoreMocks: true,
          unstubEnvs: true,
          testTimeout: UNIT_CEILING_MS,
          hookTimeout: 120_000,
        },
      },
      {
        extends: true,
        test: {
          name: 'units',
          include: ['test/**/*.test.ts'],
          exclude: ['**/dist/**', '**/node_modules/**', SYSTEM, JOURNEYS, ...STAGES],
          testTimeout: UNIT_CEILING_MS,
          hookTimeout: 120_000,
        },
      },
      ...[
        { name: 'system', include: [SYSTEM] },
        { name: 'journeys', include: [JOURNEYS] },
      ].map((own) => ({
        extends: true as const,
        test: {
          ...own,
          exclude: ['**/dist/**', '**/node_modules/**'],
          testTimeout: SYSTEM_CEILING_MS,
          hookTimeout: SYSTEM_CEILING_MS,
        },
      })),
    ],
  },
});
