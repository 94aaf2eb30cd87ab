import { randomUUID } from 'node:crypto';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, afterEach, beforeAll, beforeEach, expect, it } from 'vitest';
import { openPostgres } from '../../../collector/src/io/postgres/open-postgres.ts';
import type { GuestId } from '../../../collector/src/model/guest-id.ts';
import type { HostId } from '../../../collector/src/model/host-id.ts';
import { summarise } from '../../../collector/src/model/trim-summary.ts';
import type { SqlDatabase } from '../../../collector/src/ports/sql-database.ts';
import type { Store } from '../../../collector/src/ports/store/store.ts';
import { createStore } from '../../../collector/src/store/create-store.ts';
import { shownGuest } from '../../contract/guests-store.ts';
import { closedTrim, keyOf, openTrim } from '../../contract/store.ts';
import { trimsOf } from '../../contract/trims-of.ts';
import { askOnce, onceBack, type PostgresServer, startPostgres } from '../../support/postgres/postgres-server.ts';
import { NO_SURROUNDINGS } from './no-surroundings.ts';
import { openTestStore } from './open-test-store.ts';

let server: PostgresServer;
let url: string;

beforeAll(async () => {
  server = await startPostgres();
});
afterAll(() => server.end());
beforeEach(async () => {
  url = await server.createSchema();
});

const stores: Store[] = [];
afterEach(() => Promise.all(stores.splice(0).map((store) => store.close())));

async function open(hostId: string, through: (database: SqlDatabase) => SqlDatabase = (same) => same): Promise<Store> {
  const store = await createStore({
    database: through(openPostgres({ url, hostId })),
    path: url,
    hostId: hostId as HostId,
    ...NO_SURROUNDINGS,
    historyBytes: 1e9,
    newGuestId: () => randomUUID() as string as GuestId,
  });
  stores.push(store);
  return store;
}

const listTables = async () =>
  (
    await askOnce({
      url,
      sql: "select relname from pg_class where relnamespace = current_schema()::regnamespace and relkind = 'r'",
    })
  ).rows.map(({ relname }) => relname);

it('[ST10] hosts that share a database, and come to it at once, see nothing of each other', async () => {
  const hosts = await Promise.all(['host-1', 'host-2', 'host-3', 'host-4'].map((hostId) => open(hostId)));
  const told = await Promise.all(
    hosts.map(async (store, index) => {
      const { id, name } = await store.recognise(shownGuest({ machine: 1 }));
      await store.openTrim(openTrim({ n: 2, guestId: id }));
      const closed = closedTrim({ n: 1, guestId: id, durationMs: index });
      return { store, id, name, result: await store.closeTrim(closed) };
    }),
  );
  expect(told.map(({ name }) => name)).toEqual(['web', 'web', 'web', 'web']);
  for (const { store, id, result } of told) {
    expect(await trimsOf(store, { guestId: null, limit: 10 })).toEqual([summarise(result)]);
    expect((await store.openTrims(null)).map(({ guestId }) => guestId)).toEqual([id]);
    expect((await store.guests()).map((guest) => guest.id)).toEqual([id]);
  }
  const [one, other] = told;
  if (one === undefined || other === undefined) throw new Error('no hosts');
  expect(await other.store.findTrim(keyOf(1, one.id))).toBeNull();
  await one.store.forgetGuest(one.id);
  expect(await other.store.findTrim(keyOf(1, other.id))).toEqual(other.result);
});

it('refuses a database that a newer version wrote, and leaves it alone', async () => {
  await (await open('host-1')).close();
  stores.length = 0;
  await askOnce({ url, sql: "insert into kysely_migration values ('999-from-the-future', '2030-01-01')" });
  await expect(open('host-1')).rejects.toMatchObject({
    detail: {
      code: 'store-newer',
      cause: expect.stringContaining('999-from-the-future'),
      hint: expect.stringContaining('--database'),
    },
  });
});

it('a migration that cannot be finished leaves nothing of itself', async () => {
  await askOnce({ url, sql: 'create table trim (something_else text)' });
  await expect(open('host-1')).rejects.toMatchObject({ detail: { code: 'store-migration' } });
  expect(await listTables()).not.toContain('guest');
});

it('a migration whose collector is killed in the middle of it is taken back, and made by the next', async () => {
  const killing = (database: SqlDatabase): SqlDatabase => ({
    ...database,
    async connect() {
      const connection = await database.connect();
      return {
        ...connection,
        async query(statement) {
          // What is left of a collector that was killed: a connection that ended.
          if (statement.sql.startsWith('create table "job"'))
            await askOnce({
              url,
              sql: "select pg_terminate_backend(pid) from pg_stat_activity where application_name = 'trimtab'",
            });
          return connection.query(statement);
        },
      };
    },
  });
  await expect(open('host-1', killing)).rejects.toMatchObject({ detail: { code: 'store-away' } });
  expect(await listTables()).not.toContain('guest');
  const store = await open('host-1');
  expect(await store.guests()).toEqual([]);
});

it('tables of the same names in another schema of the database are none of its own', async () => {
  await (await open('host-1')).close();
  stores.length = 0;
  url = await server.createSchema();
  expect(await (await open('host-1')).guests()).toEqual([]);
});

it('what was not stored while the server was away is stored when it is back, once', async () => {
  const folder = await mkdtemp(join(tmpdir(), 'trimtab-store-'));
  const store = await openTestStore(folder, { database: url });
  stores.push(store);
  const { id } = await store.recognise(shownGuest({ machine: 1 }));
  const closed = closedTrim({ n: 1, guestId: id });
  await server.crash();
  await expect(store.closeTrim(closed)).rejects.toMatchObject({ detail: { code: 'store-away' } });
  await expect(store.history({ guestId: null, limit: 1, before: null })).rejects.toMatchObject({
    detail: { code: 'store-away', subject: expect.not.stringContaining('options') },
  });
  await server.start();
  expect(await onceBack(() => store.closeTrim(closed))).toEqual({ ...closed.result, guest: 'web' });
  await store.closeTrim(closedTrim({ n: 1, guestId: id, durationMs: 99 }));
  expect(await trimsOf(store, { guestId: null, limit: 10 })).toHaveLength(1);
  await rm(folder, { recursive: true });
});
