import { spawnSync } from 'node:child_process';
import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import { afterEach, beforeEach, expect, it } from 'vitest';
import type { Store } from '../../../collector/src/ports/store/store.ts';
import { shownGuest } from '../../contract/guests-store.ts';
import { idOf } from '../../contract/store.ts';
import { trimsOf } from '../../contract/trims-of.ts';
import { openTestStore } from './open-test-store.ts';

// From a database that Trimtab 0.1.0 wrote: what stands in test/fixtures/store/migration-001.sql.

const UUID = /^[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}$/;
const FIRST_WEB = '11111111-1111-4111-8111-111111111111';
const SECOND_WEB = '22222222-2222-4222-8222-222222222222';

let folder: string;
let path: string;

beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'trimtab-store-'));
  path = join(folder, 'trimtab.sqlite');
  const dump = await readFile(new URL('../../fixtures/store/migration-001.sql', import.meta.url), 'utf8');
  change(dump);
});
afterEach(() => rm(folder, { recursive: true }));

function change(sql: string): void {
  const database = new DatabaseSync(path);
  database.exec(sql);
  database.close();
}

function read(sql: string): readonly unknown[] {
  const database = new DatabaseSync(path);
  try {
    return database.prepare(sql).all();
  } finally {
    database.close();
  }
}

async function withStore<Value>(use: (store: Store) => Promise<Value>): Promise<Value> {
  const store = await openTestStore(folder);
  try {
    return await use(store);
  } finally {
    await store.close();
  }
}

async function idOfGuest(store: Store, name: string) {
  const guest = (await store.guests()).find((one) => one.name === name);
  if (guest === undefined) throw new Error(`no guest ${name}`);
  return guest.id;
}

it('every guest is there under a name of its own, recognised by what its id was', async () => {
  const guests = await withStore((store) => store.guests());
  expect(guests).toEqual([
    {
      id: expect.stringMatching(UUID),
      name: 'db',
      identities: [{ kind: 'machine-id', value: '3'.repeat(32) }],
      agentVersion: '0.1.0',
      firstSeenAt: 30,
      lastSeenAt: 35,
      visits: null,
    },
    expect.objectContaining({ name: 'mail.example', identities: [{ kind: 'hostname', value: 'mail.example' }] }),
    expect.objectContaining({ name: 'shop', firstSeenAt: 50, lastSeenAt: 50 }),
    expect.objectContaining({ name: 'web', identities: [{ kind: 'product-uuid', value: FIRST_WEB }], firstSeenAt: 10 }),
    expect.objectContaining({
      name: 'web~2',
      identities: [{ kind: 'product-uuid', value: SECOND_WEB }],
      firstSeenAt: 20,
    }),
  ]);
  expect(new Set(guests.map(({ id }) => id)).size).toBe(5);
});

it('every trim is there, and leads to its guest', async () => {
  await withStore(async (store) => {
    const listedOf = async (name: string) =>
      (await trimsOf(store, { guestId: await idOfGuest(store, name), limit: 10 })).map(({ id, guest }) => [id, guest]);
    expect(await trimsOf(store, { guestId: null, limit: 100 })).toHaveLength(9);
    expect(await listedOf('web')).toEqual([
      [idOf(2), 'web'],
      [idOf(1), 'web'],
    ]);
    expect(await listedOf('web~2')).toEqual([
      [idOf(5), 'web~2'],
      [idOf(4), 'web~2'],
    ]);
    expect(await listedOf('db')).toHaveLength(2);
    expect(await listedOf('mail.example')).toHaveLength(2);
    // It was called shop-old when it was trimmed.
    expect(await listedOf('shop')).toEqual([[idOf(13), 'shop']]);
  });
});

it('every open trim is there, and is of its guest', async () => {
  await withStore(async (store) => {
    const open = await store.openTrims(null);
    const guestOf = (n: number) => open.find(({ id }) => id === idOf(n))?.guestId;
    expect(guestOf(3)).toBe(await idOfGuest(store, 'web'));
    expect(guestOf(6)).toBe(await idOfGuest(store, 'web~2'));
    expect(guestOf(9)).toBe(await idOfGuest(store, 'db'));
    expect(guestOf(12)).toBe(await idOfGuest(store, 'mail.example'));
  });
});

it('a guest that says hello afterwards is the one that it was', async () => {
  await withStore(async (store) => {
    const known = await idOfGuest(store, 'db');
    const identities = [{ kind: 'machine-id', value: '3'.repeat(32) }] as const;
    expect(await store.recognise(shownGuest({ machine: 0, identities, name: 'db' }))).toEqual({
      id: known,
      name: 'db',
      renamed: [],
      forgotten: [],
    });
  });
});

it('a trim whose guest was lost is told all the same', async () => {
  change(`delete from guest where id = '${FIRST_WEB}'`);
  const trims = await withStore((store) => trimsOf(store, { guestId: null, limit: 100 }));
  expect(trims).toHaveLength(9);
  expect(trims.find(({ id }) => id === idOf(1))?.guest).toBe('web');
});

it('every row bears the id of this host, and nothing of the old tables stays', async () => {
  await withStore(async () => {});
  const hostId = (await readFile(join(folder, 'host-id'), 'utf8')).trim();
  for (const table of ['guest', 'identity', 'open_trim', 'trim'])
    expect(read(`select distinct host_id from ${table}`)).toEqual([{ host_id: hostId }]);
  expect(read("select name from sqlite_schema where name like 'old%'")).toEqual([]);
  expect(read('pragma foreign_key_check')).toEqual([]);
});

it('what breaks in the middle leaves the old database as it was', async () => {
  // The name of one of the last things that the migration makes is taken.
  change('create table open_trim_by_guest (taken text)');
  const before = read('select * from trim');
  await expect(openTestStore(folder)).rejects.toMatchObject({ detail: { code: 'store-migration' } });
  expect(read('select * from trim')).toEqual(before);
  expect(read('select * from guest')).toHaveLength(5);
  expect(read("select name from sqlite_schema where name = 'identity'")).toEqual([]);
});

it('the trims of guests that nobody could have named yet are not taken for those of strangers', async () => {
  await withStore(async (store) => {
    const trims = await trimsOf(store, { guestId: null, limit: 100 });
    expect(trims.length).toBeGreaterThan(5);
    expect(read('select distinct is_stranger from trim')).toEqual([{ is_stranger: 0 }]);
    expect(read('select is_stranger from stored_bytes')).toEqual([{ is_stranger: 0 }]);
  });
});

it('killed at any moment, it leaves the old database, and the next start brings it to this version', async () => {
  const sourceOf = (file: string) => JSON.stringify(new URL(`../../../collector/src/${file}`, import.meta.url).href);
  // At its nth statement the process kills itself, in the middle of the transaction.
  const program = `
    import { openSqlDatabase } from ${sourceOf('io/sqlite.ts')};
    import { createStore } from ${sourceOf('store/create-store.ts')};
    const database = openSqlDatabase(${JSON.stringify(path)});
    let left = Number(process.argv[1]);
    const dying = {
      ...database,
      async connect() {
        const connection = await database.connect();
        return { ...connection, query(statement) {
          if (--left === 0) process.kill(process.pid, 'SIGKILL');
          return connection.query(statement);
        } };
      },
    };
    let made = 0;
    await createStore({ database: dying, path: 'test', hostId: 'host', newGuestId: () => 'guest-' + (made += 1), log: console, pause: async () => {},
      kept: { samples: 2, hours: 90, days: 1825 } });`;
  const migrated = "select name from sqlite_schema where name = 'identity'";
  let died = 0;
  for (let nth = 10; read(migrated).length === 0; nth += 10) {
    const { signal } = spawnSync(process.execPath, [
      ...['--conditions=source', '--input-type=module', '-e', program],
      String(nth),
    ]);
    // Whole in either case: as it was, or as it is to be.
    if (read(migrated).length === 0) {
      expect(signal).toBe('SIGKILL');
      died += 1;
    }
    expect(read('select * from guest')).toHaveLength(5);
    expect(read('select * from trim')).toHaveLength(9);
    expect(read("select name from sqlite_schema where name like 'old%'")).toEqual([]);
  }
  expect(died).toBeGreaterThan(3);
}, 60_000);

it('a state directory that lost its host id says how to get it back', async () => {
  await withStore(async () => {});
  const hostId = (await readFile(join(folder, 'host-id'), 'utf8')).trim();
  await rm(join(folder, 'host-id'));
  await expect(openTestStore(folder)).rejects.toMatchObject({
    detail: { code: 'store-other-host', hint: expect.stringContaining(`echo ${hostId} >${folder}/host-id`) },
  });
  await writeFile(join(folder, 'host-id'), `${hostId}\n`);
  expect(await withStore((store) => store.guests())).toHaveLength(5);
});
