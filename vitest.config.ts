import { defineConfig } from 'vitest/config';

export default defineConfig({
  // Sources, not dist: a test sees the code as it stands. What must be a program of its own is started from its bin.
  resolve: { conditions: ['source'] },
  ssr: { resolve: { conditions: ['source'], externalConditions: ['source'] } },
  test: {
    include: ['test/**/*.test.ts'],
    exclude: ['**/dist/**', '**/node_modules/**'],
    globalSetup: ['test/support/machine/prepare-machine.ts'],
    // Guests are emulated: more of them at once than processors only makes each slower.
    maxWorkers: 2,
    testTimeout: 30_000,
    hookTimeout: 120_000,
  },
});
