import type { Fault } from '@trimtab/protocol/shared';
import { afterAll, afterEach, beforeAll, beforeEach, expect, it } from 'vitest';
import { toSubject } from '../../../collector/src/io/postgres/address.ts';
import { openPostgres } from '../../../collector/src/io/postgres/open-postgres.ts';
import type { SqlDatabase } from '../../../collector/src/ports/sql-database.ts';
import { askOnce, onceBack, type PostgresServer, startPostgres } from '../../support/postgres/postgres-server.ts';

let server: PostgresServer;
let url: string;
let database: SqlDatabase;
let opened: SqlDatabase[];

beforeAll(async () => {
  server = await startPostgres();
});
afterAll(() => server.end());
beforeEach(async () => {
  opened = [];
  url = await server.createSchema();
  database = open('host-1');
  await write('create table level (name text collate "C" primary key, bytes bigint, content bytea)');
});
afterEach(() => Promise.all(opened.map((one) => one.close())));

function open(hostId: string): SqlDatabase {
  const one = openPostgres({ url, hostId });
  opened.push(one);
  return one;
}

async function write(sql: string, parameters: readonly unknown[] = [], on = database): Promise<number> {
  const connection = await on.connect();
  try {
    return (await connection.query({ sql, parameters })).changes;
  } finally {
    connection.release();
  }
}

const read = async (sql: string, on = database) => (await on.read({ sql, parameters: [] })).rows;
const faultOf = (work: Promise<unknown>) =>
  work.then(
    () => null,
    (error: Fault) => error.detail,
  );

it('gives numbers, text and bytes back as SQLite does', async () => {
  const text = 'a\0b\x01c\x010\ud83d\ude00';
  const content = new Uint8Array([0, 1, 255]);
  expect(await write('insert into level values ($1, $2, $3), ($4, 1, null)', [text, 2 ** 53 - 1, content, 'B'])).toBe(
    2,
  );
  expect(await read('select name, bytes, content from level where content is not null')).toEqual([
    { name: text, bytes: 2 ** 53 - 1, content: Buffer.from(content) },
  ]);
  expect(await read('select count(*) as levels, sum(bytes) as bytes, max(bytes) as most from level')).toEqual([
    { levels: 2, bytes: 2 ** 53, most: 2 ** 53 - 1 },
  ]);
  expect(await read('select name from level order by name')).toEqual([{ name: 'B' }, { name: text }]);
});

it('a transaction is there as a whole or not at all, and who reads waits for nobody', async () => {
  const connection = await database.connect();
  await connection.begin();
  await connection.query({ sql: "insert into level values ('a', 1, null)", parameters: [] });
  expect(await read('select * from level')).toEqual([]);
  await connection.rollback();
  await connection.begin();
  await connection.query({ sql: "insert into level values ('b', 1, null)", parameters: [] });
  await connection.commit();
  connection.release();
  expect(await read('select name from level')).toEqual([{ name: 'b' }]);
});

it('what was not written, because a statement failed, is not called committed', async () => {
  const connection = await database.connect();
  await connection.begin();
  await connection.query({ sql: "insert into level values ('a', 1, null)", parameters: [] });
  await expect(connection.query({ sql: 'select nothing', parameters: [] })).rejects.toMatchObject({
    detail: { code: 'store-error', cause: expect.stringContaining('nothing') },
  });
  await expect(connection.commit()).rejects.toThrow('taken back');
  connection.release();
  expect(await read('select * from level')).toEqual([]);
});

it('who writes does so one after the other, in the order of asking', async () => {
  const names = Array.from({ length: 20 }, (_, index) => `${index}`);
  await Promise.all(names.map((name, index) => write('insert into level values ($1, $2, null)', [name, index])));
  expect(await read('select name from level order by ctid')).toEqual(names.map((name) => ({ name })));
});

it('the rows of a host have one writer, and of another host another', async () => {
  await write("insert into level values ('a', 1, null)", [], open('host-2'));
  const twin = open('host-1');
  expect(await faultOf(write("insert into level values ('b', 1, null)", [], twin))).toMatchObject({
    code: 'store-busy',
    hint: expect.stringContaining('host-id'),
  });
  await database.close();
  await onceBack(() => write("insert into level values ('c', 1, null)", [], twin));
  opened = opened.filter((one) => one !== database);
});

it('says of a server that is away so, and to everybody at once, and goes on when it is back', async () => {
  const connection = await database.connect();
  await connection.begin();
  await connection.query({ sql: "insert into level values ('lost', 1, null)", parameters: [] });
  await server.crash();
  await expect(connection.commit()).rejects.toMatchObject({ detail: { code: 'store-away' } });
  await connection.rollback();
  connection.release();
  const asked = Array.from({ length: 200 }, () => faultOf(write("insert into level values ('lost', 1, null)")));
  const told = await Promise.all([...asked, faultOf(read('select 1'))]);
  expect(new Set(told.map((fault) => fault?.code))).toEqual(new Set(['store-away']));
  expect(told[0]?.hint).toContain('psql');
  await server.start();
  await onceBack(() => read('select 1'));
  await onceBack(() => write("insert into level values ('stored', 1, null)"));
  expect(await read('select name from level')).toEqual([{ name: 'stored' }]);
});

it('a connection that was cut off while nobody used it is made anew', async () => {
  await write("insert into level values ('a', 1, null)");
  await read('select 1');
  await askOnce({
    url: server.url,
    sql: "select pg_terminate_backend(pid) from pg_stat_activity where application_name = 'trimtab'",
  });
  await onceBack(() => write("insert into level values ('b', 1, null)"));
  expect(await read('select name from level order by name')).toEqual([{ name: 'a' }, { name: 'b' }]);
});

it.each([
  ['no such database', (to: URL) => (to.pathname = '/nowhere'), 'createdb'],
  ['a user that is not let in', (to: URL) => to.searchParams.set('user', 'nobody-here'), 'pg_hba.conf'],
  ['an authority that is not named', (to: URL) => to.searchParams.set('sslmode', 'verify-ca'), 'sslrootcert'],
])('says what to do about %s', async (_title, change, hint) => {
  const to = new URL(url);
  change(to);
  const other = openPostgres({ url: to.href, hostId: 'host-3' });
  opened.push(other);
  expect(await faultOf(other.read({ sql: 'select 1', parameters: [] }))).toMatchObject({
    code: 'store-denied',
    hint: expect.stringContaining(hint),
  });
});

it('tells which database it is, and never its password', async () => {
  expect(toSubject('postgres://trimtab:geheim@db.example:5433/history?sslmode=require&password=geheim')).toBe(
    'postgres://trimtab@db.example:5433/history',
  );
  const nowhere = openPostgres({ url: 'postgres://trimtab:geheim@127.0.0.1:9/history', hostId: 'host-1' });
  opened.push(nowhere);
  const fault = await faultOf(nowhere.read({ sql: 'select 1', parameters: [] }));
  expect(fault).toMatchObject({ code: 'store-away', subject: 'postgres://trimtab@127.0.0.1:9/history' });
  expect(JSON.stringify(fault)).not.toContain('geheim');
});
