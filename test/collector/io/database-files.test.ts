import { chmod, cp, mkdir, mkdtemp, readdir, rename, rm, stat, truncate, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import { afterEach, beforeEach, expect, it } from 'vitest';
import { runStoreToDeath } from '../store/dying-store.ts';
import { openTestStore } from '../store/open-test-store.ts';

// The files of the store's database: who may read them, and what is said when some are gone.

let folder: string;
let path: string;

beforeEach(async () => {
  folder = join(await mkdtemp(join(tmpdir(), 'trimtab-files-')), 'state');
  path = join(folder, 'trimtab.sqlite');
});
afterEach(() => rm(join(folder, '..'), { recursive: true }));

const modeOf = async (file: string) => ((await stat(file)).mode & 0o777).toString(8);

/** What the log is told when the store is opened; it is closed again. */
async function open(): Promise<readonly string[]> {
  const said: string[] = [];
  await (await openTestStore(folder, { said })).close();
  return said;
}

it('every file of state is its owner’s alone, also one that an older version made', async () => {
  const before = process.umask(0o022);
  try {
    const store = await openTestStore(folder);
    expect(await modeOf(folder)).toBe('700');
    const names = await readdir(folder);
    expect(names.toSorted()).toEqual(
      ['host-id', ...['', '-in-use', '-lock', '-shm', '-wal'].map((suffix) => `trimtab.sqlite${suffix}`)].toSorted(),
    );
    for (const name of names) expect(await modeOf(join(folder, name)), name).toBe('600');
    await store.close();
    await chmod(path, 0o644);
    const again = await openTestStore(folder);
    for (const name of ['trimtab.sqlite', 'trimtab.sqlite-shm', 'trimtab.sqlite-wal'])
      expect(await modeOf(join(folder, name)), name).toBe('600');
    await again.close();
  } finally {
    process.umask(before);
  }
});

it('nothing is said at the first start, after a clean end, and after a kill', async () => {
  expect(await open()).toEqual([]);
  expect(await readdir(folder)).not.toContain('trimtab.sqlite-in-use');
  expect(await open()).toEqual([]);
  await runStoreToDeath({ folder });
  expect(await readdir(folder)).toContain('trimtab.sqlite-in-use');
  expect(await open()).toEqual([]);
  expect(await readdir(folder)).not.toContain('trimtab.sqlite-in-use');
});

const WITHOUT_LOG = /-wal is not there, and the collector had not ended cleanly\. If .*sqlite3.* nothing is lost; if /;

it('a log that is gone after a kill is told of in one sentence, and once', async () => {
  await runStoreToDeath({ folder });
  await rm(`${path}-wal`);
  await rm(`${path}-shm`);
  expect(await open()).toEqual([expect.stringMatching(WITHOUT_LOG)]);
  expect(await open()).toEqual([]);
});

it.each<[string, () => Promise<void>]>([
  ['another program has opened, read and closed it', readByAnother],
  ['it was put back from a copy without its log', copyWithoutLog],
])('nothing is called lost where it is not known: %s', async (_what, happen) => {
  await runStoreToDeath({ folder, work: 'await store.jobs();' });
  await happen();
  expect(await readdir(folder)).not.toContain('trimtab.sqlite-wal');
  expect(await open()).toEqual([expect.stringMatching(WITHOUT_LOG)]);
});

it('a file that belongs to another user is used as it is, and the log says once who may read it', async () => {
  await mkdir(folder, { mode: 0o777 });
  await chmod(join(folder, '..'), 0o777);
  await chmod(folder, 0o777);
  await writeFile(path, '');
  await chmod(path, 0o666);
  const said: string[] = [];
  const fields: object[] = [];
  process.seteuid?.(NOBODY);
  try {
    const store = await openTestStore(folder, { said, fields });
    expect(await store.guests()).toEqual([]);
    await store.close();
  } finally {
    process.seteuid?.(0);
  }
  expect(said).toEqual(['other users of this host may read what is stored']);
  expect(fields).toEqual([expect.objectContaining({ path, mode: '0666' })]);
});

const NOBODY = 65_534;

async function readByAnother(): Promise<void> {
  const database = new DatabaseSync(path);
  database.exec('select count(*) from guest');
  database.close();
}

async function copyWithoutLog(): Promise<void> {
  await cp(path, `${path}.copy`);
  for (const suffix of ['', '-wal', '-shm']) await rm(`${path}${suffix}`);
  await rename(`${path}.copy`, path);
}

it.each<[string, () => Promise<void>, RegExp]>([
  [
    'emptied after a kill',
    async () => {
      await runStoreToDeath({ folder });
      await truncate(path, 0);
    },
    /is empty, and was not/,
  ],
  ['emptied after a clean end', () => truncate(path, 0), /is empty, though this host is known .*host-id\)/],
  ['taken away', () => rm(path), /is gone: this host begins with an empty history/],
])('a database that was %s is told of, and the collector goes on', async (_what, spoil, sentence) => {
  await open();
  await spoil();
  expect(await open()).toEqual([expect.stringMatching(sentence)]);
  expect(await open()).toEqual([]);
});
