import { mkdtemp, readFile, rm, stat, symlink, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, it } from 'vitest';
import { writeLines } from '../../../collector/src/io/history-lines.ts';

let folder: string;
let path: string;
beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'trimtab-lines-'));
  path = join(folder, 'history.jsonl');
});
afterEach(() => rm(folder, { recursive: true }));

async function* lines() {
  yield '{}';
}

it('follows no link that was left beside it', async () => {
  const other = join(folder, 'other');
  await writeFile(other, 'mine');
  await symlink(other, `${path}.partial`);
  await writeLines({ path, lines: lines() });
  expect([await readFile(other, 'utf8'), await readFile(path, 'utf8')]).toEqual(['mine', '{}\n']);
});

it('is for its owner alone, also where a broken off one was not', async () => {
  await writeFile(`${path}.partial`, 'half', { mode: 0o644 });
  await writeLines({ path, lines: lines() });
  expect([(await stat(path)).mode & 0o777, await readFile(path, 'utf8')]).toEqual([0o600, '{}\n']);
});
