import { mkdtemp, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import { afterEach, beforeEach, expect, it } from 'vitest';
import { openSqlDatabase } from '../../../collector/src/io/sqlite.ts';
import type { GuestId } from '../../../collector/src/model/guest-id.ts';
import type { HostId } from '../../../collector/src/model/host-id.ts';
import type { DatabaseFile, SqlDatabase } from '../../../collector/src/ports/sql-database.ts';
import { createStore } from '../../../collector/src/store/create-store.ts';
import { ROWS_LIE_BY_KEY } from '../../../collector/src/store/dialect.ts';
import { createMigrations } from '../../../collector/src/store/migrations/all.ts';
import { NO_SURROUNDINGS } from './no-surroundings.ts';

let folder: string;
let path: string;
beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'trimtab-store-'));
  path = join(folder, 'trimtab.sqlite');
});
afterEach(() => rm(folder, { recursive: true }));

function onFile<Value>(work: (database: DatabaseSync) => Value): Value {
  const database = new DatabaseSync(path);
  try {
    return work(database);
  } finally {
    database.close();
  }
}

const NEWEST = Object.keys(
  createMigrations({
    kind: 'sqlite',
    hostId: 'host-1' as HostId,
    newGuestId: () => 'unused' as GuestId,
    rowsLieByKey: ROWS_LIE_BY_KEY.sqlite,
  }),
).length;

const readOld = () => readFile(new URL('../../fixtures/store/migration-004.sql', import.meta.url), 'utf8');
const countMigrations = (database: DatabaseSync) =>
  database.prepare('select count(*) as migrations from kysely_migration').get()?.migrations;
const readVacuum = (database: DatabaseSync) => database.prepare('pragma auto_vacuum').get()?.auto_vacuum;

/** What the log tells while the store opens, each line with what had been done to the file by then. */
async function open(more: Partial<DatabaseFile> = {}) {
  const told: unknown[] = [];
  const log = {
    info: (fields: object, words: string) =>
      void told.push({
        ...fields,
        words,
        ...onFile((db) => ({ migrations: countMigrations(db), vacuum: readVacuum(db) })),
      }),
    warn: (fields: object, words: string) => void told.push({ ...fields, words }),
  };
  const store = await createStore({
    database: openWith(more),
    path,
    hostId: 'host-1' as HostId,
    ...NO_SURROUNDINGS,
    log,
    historyBytes: 1e9,
    newGuestId: () => 'unused' as GuestId,
  });
  await store.close();
  return told;
}

function openWith(more: Partial<DatabaseFile>): SqlDatabase {
  const database = openSqlDatabase(path);
  if (database.file === null) throw new Error('SQLite keeps its database in a file');
  return { ...database, file: { ...database.file, ...more } };
}

const BEGINS = expect.stringMatching(
  /^the database of an older version gets the form of this one, .* a minute for each/,
);
const ENDS = 'the database has the form of this version now';

it('is told before the first change to a database of an older version, with its size, and when it is done', async () => {
  const old = await readOld();
  onFile((database) => database.exec(old));
  expect(await open()).toEqual([
    { path, size: expect.stringMatching(/^\d+ KiB$/), words: BEGINS, migrations: 4, vacuum: 0 },
    { path, size: expect.stringMatching(/^\d+ KiB$/), words: ENDS, migrations: NEWEST, vacuum: 2 },
  ]);
  expect(await open()).toEqual([]);
});

it('is told where only the file has to be written anew', async () => {
  const old = await readOld();
  onFile((database) => database.exec(old));
  await open();
  onFile((database) => database.exec('pragma journal_mode = delete; pragma auto_vacuum = none; vacuum'));
  expect(await open()).toMatchObject([
    { words: BEGINS, migrations: NEWEST, vacuum: 0 },
    { words: ENDS, migrations: NEWEST, vacuum: 2 },
  ]);
});

it('is told as done also where the file could not be written anew', async () => {
  const old = await readOld();
  onFile((database) => database.exec(old));
  const makeShrinkable = () => Promise.reject(new Error('the disk is full'));
  expect(await open({ makeShrinkable })).toMatchObject([
    { words: BEGINS, migrations: 4 },
    { path, reason: 'the disk is full', words: expect.stringMatching(/^the database could not be written anew/) },
    { words: ENDS, migrations: NEWEST, vacuum: 0 },
  ]);
});

it('of a new database there is nothing to tell', async () => {
  expect(await open()).toEqual([]);
});
