import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import { afterEach, beforeEach, expect, it, vi } from 'vitest';
import { openSqlDatabase } from '../../../collector/src/io/sqlite.ts';
import type { SqlConnection, SqlDatabase } from '../../../collector/src/ports/sql-database.ts';

let folder: string;
let path: string;
let database: SqlDatabase;

beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'trimtab-commits-'));
  path = join(folder, 'test.sqlite');
  database = openSqlDatabase(path);
  await ask('create table note (text text)');
});
afterEach(async () => {
  vi.restoreAllMocks();
  await database.close();
  await rm(folder, { recursive: true });
});

async function withConnection<Value>(use: (connection: SqlConnection) => Promise<Value>): Promise<Value> {
  const connection = await database.connect();
  try {
    return await use(connection);
  } finally {
    connection.release();
  }
}

const ask = (sql: string) =>
  withConnection(async (connection) => (await connection.query({ sql, parameters: [] })).rows);
const readNotes = async () =>
  ((await ask('select text from note order by text')) as { text: string }[]).map(({ text }) => text);

/** In a transaction, as kysely does it: what fails is rolled back. */
const note = (text: string, { sql = 'insert into note values (?)' } = {}) =>
  withConnection(async (connection) => {
    await connection.begin();
    try {
      await connection.query({ sql, parameters: [text] });
      await connection.commit();
    } catch (error) {
      await connection.rollback();
      throw error;
    }
  });

/** What another process sees. */
function readDurable(): string[] {
  const other = new DatabaseSync(path);
  const rows = other.prepare('select text from note order by text').all();
  other.close();
  return rows.map((row) => String(row.text));
}

/** The statements that go to SQLite by themselves; `failing`: of these, the next one fails so. */
function watchStatements(failing: Map<string, Error> = new Map()): string[] {
  const seen: string[] = [];
  const { exec } = DatabaseSync.prototype;
  vi.spyOn(DatabaseSync.prototype, 'exec').mockImplementation(function (this: DatabaseSync, sql) {
    seen.push(sql);
    const error = failing.get(sql);
    failing.delete(sql);
    if (error !== undefined) throw error;
    exec.call(this, sql);
  });
  return seen;
}

it('many transactions of one turn are committed together, and each is durable when it resolves', async () => {
  const statements = watchStatements();
  const notes = Array.from({ length: 50 }, (_, index) => `note ${String(index).padStart(2, '0')}`);
  const durable = await Promise.all(notes.map((text) => note(text).then(readDurable)));
  expect(statements.filter((sql) => sql === 'commit')).toHaveLength(1);
  for (const seen of durable) expect(seen).toEqual(notes);
});

it('one of them that fails takes nothing of the others with it', async () => {
  const failing = note('bad', { sql: 'insert into no_such_table values (?)' });
  const others = [note('one'), note('two')];
  await expect(failing).rejects.toMatchObject({ detail: { code: 'store-error' } });
  await Promise.all(others);
  expect(await readNotes()).toEqual(['one', 'two']);
});

it('what is read meanwhile is told only when it is durable', async () => {
  const writing = note('one');
  const reading = readNotes().then((seen) => ({ seen, durable: readDurable() }));
  await writing;
  expect(await reading).toEqual({ seen: ['one'], durable: ['one'] });
});

it('a commit that fails tells all of them, nothing of it stays, and who read it reads again', async () => {
  watchStatements(new Map([['commit', Object.assign(new Error('database or disk is full'), { errcode: 13 })]]));
  const writing = Promise.allSettled([note('one'), note('two')]);
  const reading = readNotes();
  expect(await writing).toMatchObject([
    { status: 'rejected', reason: { detail: { code: 'store-full' } } },
    { status: 'rejected', reason: { detail: { code: 'store-full' } } },
  ]);
  expect(await reading).toEqual([]);
  await note('three');
  expect(await readNotes()).toEqual(['three']);
});

it('a disk that is full takes back all that shared the commit, and says so to each', async () => {
  await ask('pragma max_page_count = 4');
  const results = await Promise.allSettled([
    note('small'),
    note('large', { sql: 'insert into note select hex(randomblob(20000)) || ?' }),
    note('late'),
  ]);
  expect(results.map(({ status }) => status)).toContain('rejected');
  const told = results.flatMap((result, index) =>
    result.status === 'fulfilled' ? [['small', 'large', 'late'][index]] : [],
  );
  // Exactly those that were promised are there.
  expect(await readNotes()).toEqual(told.toSorted());
});

it('closing commits what waits for it', async () => {
  const writing = note('one');
  await database.close();
  await writing;
  expect(readDurable()).toEqual(['one']);
  database = openSqlDatabase(path);
});
