import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, it } from 'vitest';

// Plain JavaScript, without types: it exists in the bundle only.
const { open } = await import(new URL('../../../agent/lean/fs-promises.mjs', import.meta.url).href);

let directory: string;

beforeAll(async () => {
  directory = await mkdtemp(join(tmpdir(), 'trimtab-lean-'));
});
afterAll(() => rm(directory, { recursive: true, force: true }));

// In the bundle, this handle is all that the agent has: what is missing there is missed by no other test.
it('a file is read piece by piece to its end', async () => {
  await writeFile(join(directory, 'read'), 'abcde');
  const file = await open(join(directory, 'read'));
  const pieces: string[] = [];
  for (;;) {
    const { bytesRead, buffer } = await file.read({ buffer: Buffer.alloc(2), position: null });
    if (bytesRead === 0) break;
    pieces.push(buffer.subarray(0, bytesRead).toString());
  }
  await file.close();
  expect(pieces).toEqual(['ab', 'cd', 'e']);
});

it('a file is written and synced', async () => {
  const file = await open(join(directory, 'written'), 'w', 0o600);
  await file.writeFile('what it holds');
  await file.sync();
  await file.close();
  expect(await readFile(join(directory, 'written'), 'utf8')).toBe('what it holds');
});

it('a file is looked at and read as a whole', async () => {
  await writeFile(join(directory, 'whole'), 'what it says', { mode: 0o600 });
  const file = await open(join(directory, 'whole'), 'r');
  const { uid, mode } = await file.stat();
  expect([uid, mode & 0o777, await file.readFile('utf8')]).toEqual([process.getuid?.(), 0o600, 'what it says']);
  await file.close();
});
