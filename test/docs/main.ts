import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { formatCausesPage } from './causes-page.ts';
import { formatHopsPicture } from './hops-picture.ts';

// Writes the pages and pictures that are made from the sources: npm run docs
const MADE: Readonly<Record<string, () => string>> = {
  'docs/causes.md': formatCausesPage,
  'docs/hops.svg': formatHopsPicture,
};

for (const [path, format] of Object.entries(MADE)) {
  await writeFile(join(import.meta.dirname, '../..', path), format());
  console.error(`${path} is written anew.`);
}
