import { randomUUID } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import { afterEach, beforeEach, expect, it } from 'vitest';
import { openSqlDatabase } from '../../../collector/src/io/sqlite.ts';
import type { GuestId } from '../../../collector/src/model/guest-id.ts';
import type { HostId } from '../../../collector/src/model/host-id.ts';
import type { SqlDatabase } from '../../../collector/src/ports/sql-database.ts';
import type { Store } from '../../../collector/src/ports/store/store.ts';
import { createStore } from '../../../collector/src/store/create-store.ts';
import { shownGuest, uuidOf } from '../../contract/guests-store.ts';
import { MIDNIGHT, POOL, sampleOf } from '../../contract/sample-examples.ts';
import { closedTrim, keyOf, openTrim } from '../../contract/store.ts';
import { NO_SURROUNDINGS } from './no-surroundings.ts';

// How SQLite means to answer what is asked again and again (sqlite.org/eqp.html): it reads the rows that the answer is
// made of, however much is stored beside them.

let folder: string;
let path: string;
let asked: string[];

beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'trimtab-plans-'));
  path = join(folder, 'trimtab.sqlite');
  asked = [];
});
afterEach(() => rm(folder, { recursive: true }));

/** The real database; what is asked of it is noted. */
function noting(database: SqlDatabase): SqlDatabase {
  return {
    ...database,
    read(statement) {
      asked.push(statement.sql);
      return database.read(statement);
    },
    async connect() {
      const connection = await database.connect();
      return {
        ...connection,
        query(statement) {
          asked.push(statement.sql);
          return connection.query(statement);
        },
      };
    },
  };
}

const openStore = (hostId = 'host'): Promise<Store> =>
  createStore({
    ...NO_SURROUNDINGS,
    database: noting(openSqlDatabase(path)),
    path,
    hostId: hostId as HostId,
    historyBytes: 1e9,
    newGuestId: () => randomUUID() as string as GuestId,
  });

function inDatabase<Value>(work: (database: DatabaseSync) => Value): Value {
  const database = new DatabaseSync(path);
  try {
    return work(database);
  } finally {
    database.close();
  }
}

/** The steps that go through all rows there are. */
function findWholeReads(statements: readonly string[]): readonly string[] {
  return inDatabase((database) =>
    statements.flatMap((sql) =>
      database
        .prepare(`explain query plan ${sql}`)
        .all()
        .map(({ detail }) => String(detail))
        .filter((step) =>
          /^SCAN (trim|guest|identity|open_trim|whole_trim|series|stretch|last_sample|sample|rollup)\b|TEMP B-TREE FOR ORDER BY/.test(
            step,
          ),
        )
        .map((step) => `${step}: ${sql}`),
    ),
  );
}

async function askAll(store: Store): Promise<void> {
  const { id } = await store.recognise(shownGuest({ machine: 1, name: 'web' }));
  asked = [];
  await store.openTrim(openTrim({ n: 1, guestId: id }));
  await store.closeTrim(closedTrim({ n: 1, guestId: id }));
  await store.findTrim(keyOf(1, id));
  await store.findOpenTrim(keyOf(1, id));
  await store.earlierTrims({ guestId: id, limit: 50 });
  await store.history({ guestId: null, limit: 1, before: null });
  await store.history({ guestId: null, limit: 1, before: 9 });
  await store.history({ guestId: id, limit: 1, before: null });
}

it('a report, a conclusion and a history read what they need, and no other rows', async () => {
  const store = await openStore();
  await askAll(store);
  await store.close();
  expect(asked.length).toBeGreaterThan(10);
  expect(findWholeReads(asked)).toEqual([]);
});

it('samples are added, told and let go by reading what is needed, and no other rows', async () => {
  const store = await openStore();
  asked = [];
  const always = { from: 0, to: 1e15 };
  await store.addSamples([sampleOf({ at: MIDNIGHT, level: 1 })]);
  for (const resolution of ['raw', 'hour', 'day'] as const) {
    await store.points({ series: POOL, resolution, ...always });
    await store.pointsOfKind({ kind: 'pool', resolution, ...always });
    await store.pointsOfKind({ kind: 'pool', resolution, subjects: new Set([POOL.subject]), ...always });
  }
  await store.series('pool');
  await store.forgetSeries({ kind: 'pool', subjectBegins: '/' });
  await store.close();
  expect(asked.length).toBeGreaterThan(20);
  expect(findWholeReads(asked)).toEqual([]);
});

it('a word leads to its guests in one question, which no other guest is read for', async () => {
  const store = await openStore();
  await store.recognise(shownGuest({ machine: 1, name: 'web' }));
  asked = [];
  expect(await store.findGuests(['web', uuidOf(1), uuidOf(2), 'none'])).toHaveLength(1);
  await store.close();
  expect(asked).toHaveLength(1);
  const steps = inDatabase((database) =>
    database
      .prepare(`explain query plan ${asked[0]}`)
      .all()
      .map(({ detail }) => String(detail)),
  );
  // The host of a row is the same for all: an index of which nothing else is used leads to every guest.
  expect(steps.filter((step) => /SCAN (guest|identity)|\(host_id=\?\)/.test(step)).join('\n')).toBe('');
});

it('a database of an older version gets the order of its history', async () => {
  const old = readFileSync(new URL('../../fixtures/store/migration-004.sql', import.meta.url), 'utf8');
  inDatabase((database) => database.exec(old));
  const store = await openStore('host-1');
  await askAll(store);
  await store.close();
  expect(findWholeReads(asked)).toEqual([]);
});
