import { copyFile, mkdir, mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { exportHistory, importHistory } from '../../../../collector/src/compose/move-history.ts';
import type { DatabasePlace } from '../../../../collector/src/compose/open-database.ts';
import { MOVED_TABLES } from '../../../../collector/src/store/move/moved-tables.ts';
import { closedTrim } from '../../../contract/store.ts';
import { type PostgresServer, startPostgres } from '../../../support/postgres/postgres-server.ts';
import { openTestStore } from '../open-test-store.ts';
import { fillHistory, tellHistory } from './full-history.ts';

let folder: string;
let server: PostgresServer;
/** A history in SQLite, what it tells, and the file that it was exported to. */
let origin: Required<DatabasePlace>;
let told: string;
let file: string;

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'trimtab-move-'));
  server = await startPostgres();
  origin = { stateDirectory: join(folder, 'origin'), database: null };
  const store = await openTestStore(origin.stateDirectory);
  await fillHistory(store);
  told = await tellHistory(store);
  file = join(folder, 'history.jsonl');
  // While the collector has it open.
  await exportHistory({ place: origin, path: file, onLine() {} });
  await store.close();
});
afterAll(async () => {
  await server.end();
  await rm(folder, { recursive: true });
});

let places = 0;

/** Of the same host, with nothing in it. */
async function createPlace(database: string | null): Promise<Required<DatabasePlace>> {
  places += 1;
  const stateDirectory = join(folder, `place-${places}`);
  await mkdir(stateDirectory);
  await copyFile(join(origin.stateDirectory, 'host-id'), join(stateDirectory, 'host-id'));
  return { stateDirectory, database };
}

async function tellOf({ stateDirectory, database }: Required<DatabasePlace>): Promise<string> {
  const store = await openTestStore(stateDirectory, { database });
  const all = await tellHistory(store);
  await store.close();
  return all;
}

const moveIn = (place: Required<DatabasePlace>, path = file) => importHistory({ place, path, onLine() {} });
const codeOf = (work: Promise<unknown>) =>
  work.then(
    () => null,
    ({ detail }) => detail.code,
  );

it('from SQLite to PostgreSQL, on to another there, and back, byte for byte in what is told', async () => {
  expect(told.length).toBeGreaterThan(100_000);
  let path = file;
  for (const database of [await server.createSchema(), await server.createSchema(), null]) {
    const place = await createPlace(database);
    const rows = await moveIn(place, path);
    expect(await tellOf(place)).toBe(told);
    path = join(place.stateDirectory, 'moved.jsonl');
    expect(await exportHistory({ place, path, onLine() {} })).toBe(rows);
  }
});

it('beside the history of another host, whose rows have other numbers', async () => {
  const database = await server.createSchema();
  const other = await openTestStore(join(folder, 'other-host'), { database });
  await fillHistory(other);
  const others = await tellHistory(other);
  const place = await createPlace(database);
  await moveIn(place);
  expect(await tellOf(place)).toBe(told);
  expect(await tellHistory(other)).toBe(others);
  await other.close();
});

it('what comes after it is newer than all that was moved', async () => {
  const place = await createPlace(await server.createSchema());
  await moveIn(place);
  const store = await openTestStore(place.stateDirectory, { database: place.database });
  const [guest] = await store.guests();
  await store.closeTrim(closedTrim({ n: 99, guestId: guest?.id ?? 'none', startedAt: 0 }));
  const { trims } = await store.history({ guestId: null, limit: 1, before: null });
  expect(trims.map(({ id }) => id)).toEqual([closedTrim({ n: 99 }).result.id]);
  await store.close();
});

it.each([
  ['cut short behind a line', (text: string) => text.slice(0, text.lastIndexOf('\n', text.length - 2) + 1)],
  ['cut short in a line', (text: string) => text.slice(0, text.length - 5_000)],
  ['without its beginning', (text: string) => text.slice(text.indexOf('\n') + 1)],
  ['with a level that was changed', (text: string) => text.replace(/("sample":\[\d+,\d+,\d+),\d/, '$1,9')],
  ['with a row less', (text: string) => text.replace(/\n\{"identity".*/, '')],
  ['with a row of no table', (text: string) => text.replace('{"identity":', '{"identities":')],
  ['with a row that has no column for a value', (text: string) => text.replace('{"identity":[', '{"identity":[1,')],
  ['with a value that no database takes', (text: string) => text.replace('{"job_event":["', '{"job_event":[null,"')],
  ['with something behind its end', (text: string) => `${text}{}\n`],
  ['of a database of another form', (text: string) => text.replace('"schema":"', '"schema":"999-')],
  ['of another kind', () => '{"name":"web"}\n'],
  ['that is none', () => 'guest,trim\n'],
  ['that is empty', () => ''],
])('a file %s is refused as a whole', async (_title, change) => {
  const path = join(folder, 'changed.jsonl');
  const text = await readFile(file, 'utf8');
  const changed = change(text);
  expect(changed).not.toBe(text);
  await writeFile(path, changed);
  const place = await createPlace(null);
  expect(await codeOf(moveIn(place, path))).toBe('bad-history');
  const database = new DatabaseSync(join(place.stateDirectory, 'trimtab.sqlite'), { readOnly: true });
  for (const { name } of MOVED_TABLES)
    expect(database.prepare(`select count(*) as rows from ${name}`).get(), name).toEqual({ rows: 0 });
  database.close();
});

it('of a file that is refused PostgreSQL keeps nothing either', async () => {
  const path = join(folder, 'changed-too.jsonl');
  const text = await readFile(file, 'utf8');
  await writeFile(path, text.slice(0, text.length - 5_000));
  const place = await createPlace(await server.createSchema());
  expect(await codeOf(moveIn(place, path))).toBe('bad-history');
  expect(await moveIn(place)).toBeGreaterThan(1_000);
});

it('a host that has a history already gets no second one, and keeps its own', async () => {
  expect(await codeOf(moveIn(origin))).toBe('history-not-empty');
  expect(await tellOf(origin)).toBe(told);
});

it('while a collector has the database nothing is imported', async () => {
  const places = [await createPlace(null), await createPlace(await server.createSchema())];
  const refused = places.map(async (place) => {
    const store = await openTestStore(place.stateDirectory, { database: place.database });
    const code = await codeOf(moveIn(place));
    expect(await store.guests()).toEqual([]);
    await store.close();
    return code;
  });
  expect(await Promise.all(refused)).toEqual(['store-busy', 'store-busy']);
});

it('says where there is no history, and where a database has not the form of this version', async () => {
  const place = await createPlace(null);
  expect(await codeOf(exportHistory({ place, path: join(folder, 'none'), onLine() {} }))).toBe('no-history');
  new DatabaseSync(join(place.stateDirectory, 'trimtab.sqlite')).exec('create table other (at text)');
  expect(await codeOf(exportHistory({ place, path: join(folder, 'none'), onLine() {} }))).toBe('store-older');
});

it('every column of every table is moved', () => {
  const database = new DatabaseSync(join(origin.stateDirectory, 'trimtab.sqlite'), { readOnly: true });
  const tables = database
    .prepare(
      "select name from sqlite_schema where type = 'table' and name not like 'sqlite%' and name not like 'kysely%'",
    )
    .all()
    .map(({ name }) => String(name));
  expect(tables.toSorted()).toEqual(MOVED_TABLES.map(({ name }) => name).toSorted());
  for (const { name, columns, hangsOn } of MOVED_TABLES) {
    const own = database.prepare(`select name from pragma_table_info('${name}')`).all();
    const all = hangsOn === undefined ? ['host_id', ...columns] : columns;
    expect(own.map((column) => column.name).toSorted(), name).toEqual(all.toSorted());
  }
  database.close();
});
