import { randomUUID } from 'node:crypto';
import { mkdir, mkdtemp, readFile, rm, truncate, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import { afterEach, beforeEach, expect, it } from 'vitest';
import { openSqlDatabase } from '../../../collector/src/io/sqlite.ts';
import type { GuestId } from '../../../collector/src/model/guest-id.ts';
import type { HostId } from '../../../collector/src/model/host-id.ts';
import { summarise } from '../../../collector/src/model/trim-summary.ts';
import { createStore } from '../../../collector/src/store/create-store.ts';
import { anAlert } from '../../contract/alerts-store.ts';
import { shownGuest } from '../../contract/guests-store.ts';
import { closedTrim, idOf, keyOf, openTrim } from '../../contract/store.ts';
import { trimsOf } from '../../contract/trims-of.ts';
import { addGuestsTo } from './add-guests.ts';
import { runStoreToDeath } from './dying-store.ts';
import { NO_SURROUNDINGS } from './no-surroundings.ts';
import { openTestStore } from './open-test-store.ts';

let folder: string;
let path: string;

beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'trimtab-store-'));
  path = join(folder, 'trimtab.sqlite');
});
afterEach(() => rm(folder, { recursive: true }));

/** Does something to the file that only another program would. */
function tamper(sql: string): void {
  const database = new DatabaseSync(path);
  database.exec(sql);
  database.close();
}

const OPEN_TRIM = openTrim({ n: 1 });
const quiet = () => new Promise((resolve) => setImmediate(resolve));

it('[ST3] a closing that cannot remove the open trim stores nothing', async () => {
  const store = await openTestStore(folder);
  await addGuestsTo(folder, ['guest-a']);
  await store.openTrim(OPEN_TRIM);
  tamper("create trigger stay before delete on open_trim begin select raise(abort, 'stays'); end");
  await expect(store.closeTrim(closedTrim({ n: 1 }))).rejects.toThrow('stays');
  expect(await store.findTrim(keyOf(1))).toBeNull();
  // Others may share its transaction until this turn of the event loop is over.
  await quiet();
  tamper('drop trigger stay');
  await store.closeTrim(closedTrim({ n: 1 }));
  expect(await store.findOpenTrim(keyOf(1))).toBeNull();
  await store.close();
});

it('[ST2] what was promised is there after the process was killed', async () => {
  await (await openTestStore(folder)).close();
  await addGuestsTo(folder, ['guest-a']);
  await runStoreToDeath({ folder, work: `await store.openTrim(${JSON.stringify(OPEN_TRIM)});` });
  const store = await openTestStore(folder);
  expect(await store.findOpenTrim(keyOf(1))).toEqual(OPEN_TRIM);
  await store.close();
});

it('a question waits for nobody who writes, and is told what is durable', async () => {
  await (await openTestStore(folder)).close();
  await addGuestsTo(folder, ['guest-a']);
  const database = openSqlDatabase(path);
  const store = await createStore({
    database,
    path,
    hostId: (await readFile(join(folder, 'host-id'), 'utf8')).trim() as HostId,
    ...NO_SURROUNDINGS,
    historyBytes: 1e9,
    newGuestId: () => randomUUID() as string as GuestId,
  });
  const [before] = await store.guests();
  const connection = await database.connect();
  await connection.begin();
  await connection.query({ sql: 'update guest set name = ?', parameters: ['another'] });
  const answered: unknown[] = [];
  const asking = [store.guests(), store.findGuests(['guest-a'])];
  for (const question of asking) void question.then((guests) => answered.push(guests));
  await quiet();
  expect(answered).toEqual([[before], [before]]);
  await connection.commit();
  expect(await store.guests()).toMatchObject([{ name: 'another' }]);
  await store.close();
});

it('syncs every commit', async () => {
  // The setting is the connection's own, so it is asked of the one that the store uses.
  const database = openSqlDatabase(path);
  const connection = await database.connect();
  const pragma = async (name: string) => (await connection.query({ sql: `pragma ${name}`, parameters: [] })).rows[0];
  expect(await pragma('journal_mode')).toEqual({ journal_mode: 'wal' });
  expect(await pragma('synchronous')).toEqual({ synchronous: 2 });
  expect(await pragma('foreign_keys')).toEqual({ foreign_keys: 1 });
  connection.release();
  await database.close();
});

it('refuses a database that a newer version wrote, and leaves it alone', async () => {
  await (await openTestStore(folder)).close();
  tamper("insert into kysely_migration (name, timestamp) values ('999-from-the-future', '2030-01-01')");
  const before = await readFile(path);
  await expect(openTestStore(folder)).rejects.toMatchObject({
    detail: {
      code: 'store-newer',
      subject: path,
      cause: expect.stringContaining('999-from-the-future'),
      hint: expect.stringContaining('Install that version'),
    },
  });
  expect(await readFile(path)).toEqual(before);
});

it('a migration that cannot be finished leaves nothing of itself', async () => {
  tamper('create table trim (something_else text)');
  await expect(openTestStore(folder)).rejects.toMatchObject({ detail: { code: 'store-migration', subject: path } });
  const database = new DatabaseSync(path);
  const tables = database.prepare("select name from sqlite_schema where name in ('guest', 'open_trim')").all();
  database.close();
  expect(tables).toEqual([]);
});

it('says how to get out of a file that is no database', async () => {
  await writeFile(path, 'this is not a database, it is a text that somebody put here'.repeat(100));
  await expect(openTestStore(folder)).rejects.toMatchObject({
    detail: { code: 'store-corrupt', subject: path, hint: expect.stringContaining(`mv ${path}`) },
  });
});

it('says how to get out of a database that was cut short', async () => {
  const store = await openTestStore(folder);
  await addGuestsTo(folder, ['guest-a']);
  for (let n = 1; n <= 50; n += 1) await store.closeTrim(closedTrim({ n }));
  await store.close();
  await truncate(path, 6000);
  await expect(openTestStore(folder)).rejects.toMatchObject({ detail: { code: 'store-corrupt', subject: path } });
});

it.each([
  ['a file above the folder', () => join(folder, 'file', 'state')],
  ['a folder that cannot be made', () => '/proc/trimtab'],
  ['a folder in the place of the file', () => join(folder, 'taken')],
])('says what to do about %s', async (_title, bad) => {
  await writeFile(join(folder, 'file'), '');
  await mkdir(join(folder, 'taken', 'trimtab.sqlite'), { recursive: true });
  await expect(openTestStore(bad())).rejects.toMatchObject({
    detail: { code: 'store-not-writable', hint: expect.stringContaining('--state-directory') },
  });
});

it('[ST10] what one host knows, another does not see, and each has names of its own', async () => {
  const open = (hostId: string) =>
    createStore({
      database: openSqlDatabase(path),
      path,
      hostId: hostId as HostId,
      ...NO_SURROUNDINGS,
      historyBytes: 1e9,
      newGuestId: () => randomUUID() as string as GuestId,
    });
  const [one, other] = [await open('host-1'), await open('host-2')];
  const guests = [await one.recognise(shownGuest({ machine: 1 })), await other.recognise(shownGuest({ machine: 1 }))];
  expect(new Set(guests.map(({ id }) => id)).size).toBe(2);
  expect(guests.map(({ name }) => name)).toEqual(['web', 'web']);
  const [own, others] = guests.map(({ id }) => id);
  if (own === undefined || others === undefined) throw new Error('no guests');
  // The ids of trims are drawn by guests: two may be alike.
  const first = await one.closeTrim(closedTrim({ n: 1, guestId: own }));
  await one.openTrim({ ...OPEN_TRIM, id: idOf(2), guestId: own });
  expect(await other.findTrim(keyOf(1, own))).toBeNull();
  expect(await other.findOpenTrim(keyOf(2, own))).toBeNull();
  const second = await other.closeTrim(closedTrim({ n: 1, guestId: others, durationMs: 99 }));
  expect(second).not.toEqual(first);
  expect(await trimsOf(one, { guestId: null, limit: 10 })).toEqual([summarise(first)]);
  expect(await trimsOf(other, { guestId: null, limit: 10 })).toEqual([summarise(second)]);
  await other.sawGuests([{ id: own, seenAt: 99, visits: null }]);
  expect((await one.guests()).map(({ lastSeenAt }) => lastSeenAt)).toEqual([1]);
  await one.close();
  await other.close();
});

it('[AL4] the alerts and silences of one host, another does not see', async () => {
  const open = (hostId: string) =>
    createStore({
      database: openSqlDatabase(path),
      path,
      hostId: hostId as HostId,
      ...NO_SURROUNDINGS,
      historyBytes: 1e9,
      newGuestId: () => randomUUID() as string as GuestId,
    });
  const [one, other] = [await open('host-1'), await open('host-2')];
  const notice = { id: 'same', event: 'start', at: 1, alert: anAlert(1) } as const;
  const state = { kind: 'idle', overMs: 0, calmMs: null, restarts: 0 } as const;
  const changes = {
    states: [{ rule: 'slack', subject: 'web', state }],
    ended: [anAlert(2)],
    notices: [notice],
  } as const;
  const silence = { id: 'same', pattern: '*', madeAt: 1, until: 2, by: null, comment: null };
  await one.saveAlerts(changes);
  await one.addSilence(silence);
  const read = async (store: typeof one) => [
    await store.alertStates(),
    await store.endedAlerts(9),
    await store.waitingNotices(),
    await store.silences(),
  ];
  expect(await read(other)).toEqual([[], [], [], []]);
  await other.saveAlerts({ ...changes, notices: [{ ...notice, at: 2 }] });
  await other.addSilence({ ...silence, pattern: 'web' });
  await other.saveAlerts({ states: [{ rule: 'slack', subject: 'web', state: null }], ended: [], notices: [] });
  await other.postedNotices(['same']);
  await other.removeSilences(['same']);
  expect(await read(one)).toEqual([changes.states, changes.ended, changes.notices, [silence]]);
  await one.close();
  await other.close();
});
