import { rename, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { runToExit } from '../support/own-tools/run-to-exit.ts';
import { formatCausesPage } from './causes-page.ts';
import { formatErrorsPage } from './errors-page.ts';
import { formatHopsPicture } from './hops-picture.ts';
import { formatLimitsPage } from './limits-page.ts';
import { formatMetricsPage } from './metrics-page.ts';

// Writes the pages and pictures that are made from the sources: npm run docs
const MADE: Readonly<Record<string, () => string>> = {
  'docs/causes.md': formatCausesPage,
  'docs/errors.md': formatErrorsPage,
  'docs/hops.svg': formatHopsPicture,
  'docs/limits.md': formatLimitsPage,
  'docs/metrics.md': formatMetricsPage,
};

const say = (line: string) => console.error(line);

process.exit(
  await runToExit({
    name: 'making of the docs',
    say,
    async work({ cleanUp }) {
      for (const [name, format] of Object.entries(MADE)) {
        const path = join(import.meta.dirname, '../..', name);
        // Whole or not at all, whatever interrupts it.
        const partial = `${path}.partial`;
        await cleanUp.make({
          what: partial,
          make: () => writeFile(partial, format()),
          undo: () => rm(partial, { force: true }),
        });
        await rename(partial, path);
        say(`${name} is written anew.`);
      }
      return 0;
    },
  }),
);
