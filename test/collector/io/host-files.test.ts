import { mkdirSync, mkdtempSync, rmSync, symlinkSync, truncateSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, it } from 'vitest';
import { createHostFiles, LONG_LIST } from '../../../collector/src/io/host-files.ts';

let root: string;
beforeEach(() => {
  root = mkdtempSync(join(tmpdir(), 'trimtab-files-'));
});
afterEach(() => rmSync(root, { recursive: true }));

it('reads under its root: texts, heads, names, links', async () => {
  const files = createHostFiles({ root });
  mkdirSync(join(root, 'sys'));
  writeFileSync(join(root, 'sys/b'), 'hello');
  symlinkSync('/images/a', join(root, 'sys/a'));
  expect(await files.readText('/sys/b')).toBe('hello');
  expect(await files.readHead('/sys/b', 4)).toEqual(new Uint8Array(Buffer.from('hell')));
  expect(await files.readHead('/sys/b', 512)).toHaveLength(5);
  expect(await files.list('/sys')).toEqual(['a', 'b']);
  expect(await files.readLink('/sys/a')).toBe('/images/a');
});

it('has null for what is absent, and no names', async () => {
  const files = createHostFiles({ root });
  expect(await files.readText('/none')).toBeNull();
  expect(await files.readHead('/none', 1)).toBeNull();
  expect(await files.readLink('/none')).toBeNull();
  expect(await files.status('/none')).toBeNull();
  expect(await files.space('/none')).toBeNull();
  expect(await files.list('/none')).toEqual([]);
});

it('tells length and allocation of a huge sparse file exactly', async () => {
  const files = createHostFiles({ root });
  writeFileSync(join(root, 'sparse'), 'x');
  const length = 2 ** 43 - 4096 + 1;
  truncateSync(join(root, 'sparse'), length);
  const status = await files.status('/sparse');
  expect(status).toMatchObject({ physicalBytes: length, isBlockDevice: false });
  expect(status?.allocationBytes).toBeLessThan(2 ** 20);
});

it('says the same of many files at once as of each', async () => {
  const files = createHostFiles();
  writeFileSync(join(root, 'full'), 'x'.repeat(10_000));
  writeFileSync(join(root, 'sparse'), 'x', { mode: 0o666 });
  truncateSync(join(root, 'sparse'), 2 ** 43 - 4096 + 1);
  symlinkSync('full', join(root, 'link'));
  const few = ['full', 'none', 'sparse', 'full/below', 'link', '.'].map((name) => join(root, name));
  few.push('/dev/loop0', '/dev/null', '/proc/self/exe', '/proc/sys/kernel/ostype');
  const each = await Promise.all(few.map((path) => files.status(path)));
  expect(each.map((status) => status !== null)).toEqual([true, false, true, false, true, true, true, true, true, true]);
  expect(await files.statuses(few)).toEqual(each);
  const times = Math.ceil((2 * LONG_LIST) / few.length);
  const all = await files.statuses(Array.from({ length: times }, () => few).flat());
  expect(all).toEqual(Array.from({ length: times }, () => each).flat());
});

it('knows a block device, and the space of a filesystem', async () => {
  const files = createHostFiles();
  expect(await files.status('/dev/loop0')).toMatchObject({ isBlockDevice: true });
  const space = await files.space(root);
  expect(space?.sizeBytes).toBeGreaterThan(0);
  expect(space?.freeBytes).toBeLessThanOrEqual(space?.sizeBytes ?? 0);
});
