import { rename, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { runToExit } from '../support/own-tools/run-to-exit.ts';
import { formatCausesPage } from './causes-page.ts';

// Writes the pages that are made from the sources: npm run docs
const path = join(import.meta.dirname, '../../docs/causes.md');
const say = (line: string) => console.error(line);

process.exit(
  await runToExit({
    name: 'making of the docs',
    say,
    async work({ cleanUp }) {
      // Whole or not at all, whatever interrupts it.
      const partial = `${path}.partial`;
      await cleanUp.make({
        what: partial,
        make: () => writeFile(partial, formatCausesPage()),
        undo: () => rm(partial, { force: true }),
      });
      await rename(partial, path);
      say('docs/causes.md is written anew.');
      return 0;
    },
  }),
);
