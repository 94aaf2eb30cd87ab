import { existsSync, globSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { CLOSE_CODES } from '@trimtab/protocol';
import { expect, it } from 'vitest';

const root = join(import.meta.dirname, '..', '..');
const read = (path: string) => readFileSync(join(root, path), 'utf8');

/** Rows of the table whose last column names tests. */
const rows = read('docs/security.md')
  .split('\n')
  .filter((line) => line.startsWith('| ') && line.includes('`test/'))
  .map((line) => ({
    line,
    tests: [...line.matchAll(/`(test\/[\w/-]+(?:\.test)?\.ts)`/g)].map(([, path = '']) => path),
    rules: [...line.matchAll(/\[P\d+\]/g)].map(([rule]) => rule),
  }));

it('docs/security.md names tests that are there', () => {
  const missing = rows.flatMap(({ tests }) => tests).filter((path) => !existsSync(join(root, path)));
  expect(missing).toEqual([]);
  expect(rows.length).toBeGreaterThan(25);
});

it('each rule that a row of docs/security.md rests on is held by a test that the row names', () => {
  const unheld = rows.flatMap(({ line, tests, rules }) =>
    rules.filter((rule) => !tests.some((path) => read(path).includes(rule))).map((rule) => `${rule}: ${line}`),
  );
  expect(unheld).toEqual([]);
});

it('each rule of who is who is on docs/security.md, in PROTOCOL.md, and in a test', () => {
  const rulesOf = (text: string) => [...new Set([...text.matchAll(/\[P\d+\]/g)].map(([rule]) => rule))].toSorted();
  const known = rulesOf(read('protocol/PROTOCOL.md'));
  expect(known).toHaveLength(13);
  expect(rulesOf(read('docs/security.md'))).toEqual(known);
  const tests = globSync('test/**/*.test.ts', { cwd: root }).filter((path) => !path.includes('security-page'));
  expect(rulesOf(tests.map(read).join('\n'))).toEqual(known);
});

it('docs/how-to-join.md tells of each close code by which a guest is not let in', () => {
  const codes = Object.values(CLOSE_CODES).filter(
    (code) => code >= CLOSE_CODES.revoked && code <= CLOSE_CODES.wrongKey,
  );
  expect(codes.length).toBeGreaterThan(12);
  const cells = [...read('docs/how-to-join.md').matchAll(/^\| (4\d{3}[^|]*)\|/gm)].map(([, cell]) => cell).join();
  expect(codes.filter((code) => !cells.includes(`${code}`))).toEqual([]);
});
