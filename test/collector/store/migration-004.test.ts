import { mkdtemp, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import { afterEach, beforeEach, expect, it } from 'vitest';
import { openSqlDatabase } from '../../../collector/src/io/sqlite.ts';
import type { GuestId } from '../../../collector/src/model/guest-id.ts';
import type { HostId } from '../../../collector/src/model/host-id.ts';
import type { Store } from '../../../collector/src/ports/store/store.ts';
import { createStore } from '../../../collector/src/store/create-store.ts';
import { closedTrim, idOf, keyOf } from '../../contract/store.ts';
import { trimsOf } from '../../contract/trims-of.ts';
import { addGuests } from './add-guests.ts';
import { NO_SURROUNDINGS } from './no-surroundings.ts';

// From a database that migration 003 left: what stands in test/fixtures/store/migration-003.sql.

let folder: string;
let path: string;
let store: Store;

beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'trimtab-store-'));
  path = join(folder, 'trimtab.sqlite');
  const database = new DatabaseSync(path);
  database.exec(await readFile(new URL('../../fixtures/store/migration-003.sql', import.meta.url), 'utf8'));
  database.close();
  store = await createStore({
    database: openSqlDatabase(path),
    path,
    hostId: 'host-1' as HostId,
    ...NO_SURROUNDINGS,
    historyBytes: 1e9,
    newGuestId: () => 'unused' as GuestId,
  });
});
afterEach(async () => {
  await store.close();
  await rm(folder, { recursive: true });
});

it('every trim is there, as one whose guest reported it', async () => {
  const trims = await trimsOf(store, { guestId: keyOf(1).guestId, limit: 9 });
  expect(trims).toMatchObject([
    { id: idOf(2), guest: 'web', reported: true, durationMs: 10 },
    { id: idOf(1), guest: 'web', reported: true, durationMs: 10 },
  ]);
});

it('an open trim is there with its samples, and without what was not kept then', async () => {
  expect(await store.openTrims(null)).toEqual([
    { ...keyOf(3), grantedAt: 3000, bootId: null, process: null, inside: 'trimtab-agent' },
  ]);
  expect(await store.findOpenTrim(keyOf(3))).toEqual({
    ...keyOf(3),
    guestName: '',
    trigger: 'scheduled',
    requestId: null,
    grantedAt: 3000,
    bootId: null,
    process: null,
    inside: 'trimtab-agent',
    planned: [],
    paths: [],
    after: null,
    before: { vda: { takenAt: 3000, allocationBytes: 4096 } },
  });
  await store.closeTrim(closedTrim({ n: 3 }));
  expect(await store.openTrims(null)).toEqual([]);
});

it('another guest may store a trim under the id of one that was there', async () => {
  const database = openSqlDatabase(path);
  await addGuests(database, { hostId: 'host-1', ids: ['guest-b'] });
  await database.close();
  const closed = closedTrim({ n: 1, guestId: 'guest-b', durationMs: 99 });
  expect(await store.closeTrim(closed)).toMatchObject({ durationMs: 99 });
  expect(await store.findTrim(keyOf(1))).toMatchObject({ durationMs: 10 });
});

it('nothing of the old tables stays', () => {
  const database = new DatabaseSync(path);
  expect(database.prepare("select name from sqlite_schema where name like 'old%'").all()).toEqual([]);
  database.close();
});
