import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, it } from 'vitest';
import { codeToStatus, FAULT_CODES } from '../../../collector/src/api/fault-codes.ts';
import { formatErrorsPage } from '../../docs/errors-page.ts';

const root = join(import.meta.dirname, '../../..');
const sources = ['collector/src', 'protocol/src/shared'].flatMap((folder) =>
  readdirSync(join(root, folder), { recursive: true, encoding: 'utf8' })
    .filter((name) => name.endsWith('.ts') && name !== 'api/fault-codes.ts')
    .map((name) => readFileSync(join(root, folder, name), 'utf8')),
);

/** The codes that the sources give to errors; in this code base each stands as a literal beside its `code:`. */
const used = new Set(sources.flatMap((text) => [...text.matchAll(/\bcode: '([a-z-]+)'/g)].map(([, code]) => code)));
const known = Object.values(FAULT_CODES).flatMap((codes) => Object.keys(codes));

it('every code of an error stands in the table, and every code of the table is one', () => {
  expect(known.toSorted()).toEqual([...used].sort());
});

it.each([
  ['bad-request', 400],
  ['unknown-guest', 404],
  ['ambiguous-disk', 409],
  ['would-taint', 409],
  ['too-large', 413],
  ['store-full', 500],
  ['no-collector', 500],
  ['never heard of', 500],
])('%s is answered with %i', (code, status) => {
  expect(codeToStatus(code)).toBe(status);
});

it('docs/errors.md is what the table makes it (else: npm run docs)', () => {
  expect(readFileSync(join(root, 'docs/errors.md'), 'utf8')).toBe(formatErrorsPage());
});
