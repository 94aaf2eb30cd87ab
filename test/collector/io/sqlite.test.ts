import { mkdtemp, rename, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import { afterEach, beforeEach, expect, it, vi } from 'vitest';
import { openSqlDatabase } from '../../../collector/src/io/sqlite.ts';
import type { SqlConnection, SqlDatabase } from '../../../collector/src/ports/sql-database.ts';

let folder: string;
let database: SqlDatabase;

beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'trimtab-sqlite-'));
  database = openSqlDatabase(join(folder, 'test.sqlite'));
  await withConnection((connection) => run(connection, 'create table count (value integer); '));
  await withConnection((connection) => run(connection, 'insert into count values (0)'));
});
afterEach(async () => {
  await database.close();
  await rm(folder, { recursive: true });
});

const run = (connection: SqlConnection, sql: string, parameters: readonly unknown[] = []) =>
  connection.query({ sql, parameters });

async function withConnection<Value>(use: (connection: SqlConnection) => Promise<Value>): Promise<Value> {
  const connection = await database.connect();
  try {
    return await use(connection);
  } finally {
    connection.release();
  }
}

const readCount = () => withConnection(async (connection) => (await run(connection, 'select value from count')).rows);

it('lets transactions that begin at once go one after the other, in the order they came', async () => {
  const order: number[] = [];
  const increase = (nth: number) =>
    withConnection(async (connection) => {
      await connection.begin();
      const [row] = (await run(connection, 'select value from count')).rows as { value: number }[];
      // Others could come in between here, if they were let.
      await new Promise((resolve) => setImmediate(resolve));
      order.push(nth);
      await run(connection, 'update count set value = ?', [(row?.value ?? 0) + 1]);
      await connection.commit();
    });
  await Promise.all(Array.from({ length: 50 }, (_, nth) => increase(nth)));
  expect(await readCount()).toEqual([{ value: 50 }]);
  expect(order).toEqual(Array.from({ length: 50 }, (_, nth) => nth));
});

it('tells who only reads what is durable, whoever has the connection, and lets him write nothing', async () => {
  const read = async () => (await database.read({ sql: 'select value from count', parameters: [] })).rows;
  await withConnection(async (connection) => {
    await connection.begin();
    await run(connection, 'update count set value = 1');
    expect(await read()).toEqual([{ value: 0 }]);
    await connection.commit();
  });
  expect(await read()).toEqual([{ value: 1 }]);
  await expect(database.read({ sql: 'update count set value = 2', parameters: [] })).rejects.toMatchObject({
    detail: { code: 'store-not-writable' },
  });
});

it('asks the file that is there now, once one could not be read', async () => {
  const read = async (sql: string) => (await database.read({ sql, parameters: [] })).rows;
  expect(await read('select value from count')).toEqual([{ value: 0 }]);
  await rename(join(folder, 'test.sqlite'), join(folder, 'old.sqlite'));
  await rename(join(folder, 'test.sqlite-wal'), join(folder, 'old.sqlite-wal'));
  const other = new DatabaseSync(join(folder, 'test.sqlite'));
  other.exec('create table count (value integer); insert into count values (7)');
  other.close();
  await expect(read('select value from no_such_table')).rejects.toMatchObject({ detail: { code: 'store-error' } });
  expect(await read('select value from count')).toEqual([{ value: 7 }]);
});

it('gives the connection to the next one when a transaction failed, and nothing of it stays', async () => {
  const failing = withConnection(async (connection) => {
    await connection.begin();
    await run(connection, 'update count set value = 99');
    await run(connection, 'insert into no_such_table values (1)').finally(() => connection.rollback());
  });
  const next = readCount();
  await expect(failing).rejects.toMatchObject({
    detail: { code: 'store-error', cause: expect.stringContaining('no_such_table') },
  });
  expect(await next).toEqual([{ value: 0 }]);
});

it('says that the disk is full, and not that there is nothing to roll back', async () => {
  await withConnection((connection) => run(connection, 'pragma max_page_count = 4'));
  const filling = withConnection(async (connection) => {
    await connection.begin();
    try {
      for (;;) await run(connection, 'insert into count values (randomblob(2000))');
    } catch (error) {
      await connection.rollback();
      throw error;
    }
  });
  await expect(filling).rejects.toMatchObject({
    detail: { code: 'store-full', hint: 'Make room on the filesystem that holds it.' },
  });
  expect(await readCount()).toEqual([{ value: 0 }]);
});

it('leaves nobody in a transaction that could not be rolled back', async () => {
  // SQLite's own hardly ever fails: the failure is put in its place.
  const exec = vi.spyOn(DatabaseSync.prototype, 'exec').mockImplementation(function (this: DatabaseSync, sql) {
    if (sql === 'rollback') throw new Error('the disk is gone');
    this.prepare(sql).run();
  });
  const failing = withConnection(async (connection) => {
    await connection.begin();
    await run(connection, 'update count set value = 99');
    await run(connection, 'insert into no_such_table values (1)').finally(() => connection.rollback());
  });
  await expect(failing).rejects.toMatchObject({ detail: { cause: expect.stringContaining('no_such_table') } });
  exec.mockRestore();
  expect(await readCount()).toEqual([{ value: 0 }]);
  await withConnection(async (connection) => {
    await connection.begin();
    await run(connection, 'update count set value = 1');
    await connection.commit();
  });
  // What was committed is there for another process.
  const other = new DatabaseSync(join(folder, 'test.sqlite'));
  expect(other.prepare('select value from count').get()).toEqual({ value: 1 });
  other.close();
});

it('is opened anew when that could not be done at once', async () => {
  const connection = await database.connect();
  await connection.begin();
  const exec = vi.spyOn(DatabaseSync.prototype, 'exec').mockImplementation(() => {
    throw Object.assign(new Error('disk I/O error'), { errcode: 10 });
  });
  await connection.rollback();
  connection.release();
  await expect(database.connect()).rejects.toMatchObject({ detail: { code: 'store-io' } });
  exec.mockRestore();
  expect(await readCount()).toEqual([{ value: 0 }]);
});

it('closes when those who hold or wait for the connection are done', async () => {
  const late: unknown[] = [];
  const other = openSqlDatabase(join(folder, 'other.sqlite'));
  const first = await other.connect();
  const second = other.connect().then(async (connection) => {
    late.push(...(await run(connection, 'select 1 as one')).rows);
    connection.release();
  });
  const closing = other.close();
  first.release();
  await Promise.all([second, closing]);
  expect(late).toEqual([{ one: 1 }]);
});

it('tells how many rows a statement changed', async () => {
  await withConnection(async (connection) => {
    expect(await run(connection, 'insert into count values (1), (2)')).toEqual({ rows: [], changes: 2 });
    expect(await run(connection, 'select value from count where value > ?', [1])).toEqual({
      rows: [{ value: 2 }],
      changes: 0,
    });
  });
});
