import { mkdtemp, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import { inflateRawSync } from 'node:zlib';
import { afterEach, beforeEach, expect, it } from 'vitest';
import { openSqlDatabase } from '../../../collector/src/io/sqlite.ts';
import type { GuestId } from '../../../collector/src/model/guest-id.ts';
import type { HostId } from '../../../collector/src/model/host-id.ts';
import type { Store } from '../../../collector/src/ports/store/store.ts';
import { createStore } from '../../../collector/src/store/create-store.ts';
import { closedTrim, idOf, keyOf, openTrim } from '../../contract/store.ts';
import { trimsOf } from '../../contract/trims-of.ts';
import { NO_SURROUNDINGS } from './no-surroundings.ts';

// From a database that migration 004 left: what stands in test/fixtures/store/migration-004.sql.

let folder: string;
let path: string;
let store: Store;

async function open(more = ''): Promise<Store> {
  const database = new DatabaseSync(path);
  database.exec(await readFile(new URL('../../fixtures/store/migration-004.sql', import.meta.url), 'utf8'));
  database.exec(more);
  database.close();
  return createStore({
    database: openSqlDatabase(path),
    path,
    hostId: 'host-1' as HostId,
    ...NO_SURROUNDINGS,
    historyBytes: 1e9,
    newGuestId: () => 'unused' as GuestId,
  });
}

beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'trimtab-store-'));
  path = join(folder, 'trimtab.sqlite');
  store = await open();
});
afterEach(async () => {
  await store.close();
  await rm(folder, { recursive: true });
});

function ask(sql: string): unknown[] {
  const database = new DatabaseSync(path);
  try {
    return database
      .prepare(sql)
      .all()
      .map((row) => ({ ...row }));
  } finally {
    database.close();
  }
}

it('every trim is in the list, in the order in which it was stored, and whole under its id', async () => {
  expect(await trimsOf(store, { guestId: null, limit: 9 })).toMatchObject([
    { id: idOf(4), guest: 'stray', reported: true },
    { id: idOf(3), guest: 'web', reported: false, durationMs: null },
    { id: idOf(2), guest: 'web', verdicts: [{ verdict: 'lost', lostAt: 'passed' }] },
    { id: idOf(1), guest: 'web', trimmedBytes: 4096, reclaimedBytes: -512 },
  ]);
  expect(await store.findTrim(keyOf(1))).toEqual({ ...closedTrim({ n: 1 }).result, guest: 'web' });
  expect((await store.findTrim(keyOf(2)))?.disks[0]?.sentence).toBe('The host ignores discards.');
});

it('a trim that was lost is still completed by its report', async () => {
  const { report, result, ...rest } = closedTrim({ n: 3, durationMs: 77 });
  expect(await store.closeTrim({ ...rest, report, result })).toMatchObject({ reported: true, durationMs: 77 });
  expect(await store.findOpenTrim(keyOf(3))).toBeNull();
});

it('open trims are in the order of their grants', async () => {
  expect((await store.openTrims(null)).map(({ id }) => id)).toEqual([idOf(5), idOf(6)]);
  expect(await store.findOpenTrim(keyOf(6))).toEqual(openTrim({ n: 6, grantedAt: 6000 }));
});

it('each is stored once, and what all take is known, those of strangers apart', () => {
  expect(ask("select name from sqlite_schema where name like 'old%'")).toEqual([]);
  expect(ask('select count(*) as trims from whole_trim')).toEqual([{ trims: 4 }]);
  expect(ask('select is_stranger, sum(bytes) as bytes from trim group by is_stranger')).toEqual(
    ask('select is_stranger, bytes from stored_bytes order by is_stranger'),
  );
  expect(ask('select guest_id, device, number from last_trim order by number')).toEqual([
    { guest_id: 'guest-a', device: 'vda', number: 3 },
    { guest_id: 'guest-b', device: 'vda', number: 4 },
  ]);
});

it('only who has said hello since hypervisors name guests, and was named by none, is a stranger', () => {
  expect(ask('select guest_id, is_stranger from trim group by guest_id')).toEqual([
    { guest_id: 'guest-a', is_stranger: 0 },
    { guest_id: 'guest-b', is_stranger: 1 },
  ]);
});

it('the file is one that gives space back from now on, and what it has is in order', () => {
  expect(ask('pragma auto_vacuum')).toEqual([{ auto_vacuum: 2 }]);
  expect(ask('pragma integrity_check')).toEqual([{ integrity_check: 'ok' }]);
});

it('who was seen last counts by its number', () => {
  expect(ask('select id from guest order by seen_number')).toEqual([{ id: 'guest-b' }, { id: 'guest-a' }]);
});

/** A second database, with these trims of `guest-c` besides: it named itself, and was seen last before migration 002. */
async function openWithOlder(trims: readonly { n: number; startedAt: number; storedAt: number }[]): Promise<void> {
  await store.close();
  path = join(folder, 'older.sqlite');
  const seenAt = Date.parse('2026-11-26T22:56:33.000Z');
  const rows = trims.map(({ n, startedAt, storedAt }) => {
    const [from, to] = [idOf(1), idOf(n)];
    return `insert into trim select '${to}', host_id, 'guest-c', ${startedAt}, ${storedAt},
      replace(report, '${from}', '${to}'), replace(result, '${from}', '${to}') from trim where id = '${from}';`;
  });
  store = await open(`insert into guest values ('guest-c', 'host-1', 'old', 'old', 'guest', '0.1.0', 5, ${seenAt});
    ${rows.join('\n')}`);
}

it('who has not said hello since is no stranger, whoever named it', async () => {
  await openWithOlder([{ n: 5, startedAt: 500, storedAt: 5000 }]);
  expect(ask('select guest_id, is_stranger from trim group by guest_id')).toContainEqual({
    guest_id: 'guest-c',
    is_stranger: 0,
  });
});

it('the order is that of storing, and of those that were stored in one moment that of their beginning', async () => {
  await openWithOlder([
    { n: 5, startedAt: 500, storedAt: 5000 },
    { n: 6, startedAt: 400, storedAt: 5000 },
  ]);
  expect(ask('select id, stored_at from trim order by number')).toEqual([
    { id: idOf(6), stored_at: 5000 },
    { id: idOf(5), stored_at: 5000 },
    { id: idOf(1), stored_at: 6000 },
    { id: idOf(2), stored_at: 7000 },
    { id: idOf(3), stored_at: 8000 },
    { id: idOf(4), stored_at: 9000 },
  ]);
});

it('the report is kept as the guest sent it', () => {
  const [row] = ask('select whole from whole_trim where number = 1') as { whole: Uint8Array }[];
  const { report } = JSON.parse(inflateRawSync(row?.whole ?? new Uint8Array()).toString());
  expect(report).toEqual(closedTrim({ n: 1 }).report);
});
