import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { formatCausesPage } from './causes-page.ts';

// Writes the pages that are made from the sources: npm run docs
const path = join(import.meta.dirname, '../../docs/causes.md');
await writeFile(path, formatCausesPage());
console.error('docs/causes.md is written anew.');
