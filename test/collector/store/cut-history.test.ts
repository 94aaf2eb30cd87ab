import { mkdir, mkdtemp, rm, stat } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import { setImmediate as turn } from 'node:timers/promises';
import { afterEach, beforeEach, expect, it } from 'vitest';
import type { GuestId } from '../../../collector/src/model/guest-id.ts';
import type { Store } from '../../../collector/src/ports/store/store.ts';
import { PAGE_TRIMS } from '../../../collector/src/store/cut-page.ts';
import { shownGuest } from '../../contract/guests-store.ts';
import { closedTrim, keyOf } from '../../contract/store.ts';
import { largeTrim } from './large-trim.ts';
import { openTestStore } from './open-test-store.ts';

// A history that is far over its bounds, as one of an older version, or where the bound was set lower since.

const MIB = 1024 ** 2;
const MOST = MIB;
const GUESTS = 20;

let folder: string;
let path: string;
let store: Store;

beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'trimtab-cut-'));
  path = join(folder, 'trimtab.sqlite');
});
afterEach(async () => {
  await store.close();
  await rm(folder, { recursive: true });
});

/** More than `pages` pages of trims of some guests, under a bound that lets all of them in. */
async function fill({ pages, namedBy }: { pages: number; namedBy: 'hypervisor' | 'guest' }): Promise<GuestId[]> {
  store = await openTestStore(folder, { history: 512 * MIB });
  const guests: GuestId[] = [];
  for (let machine = 1; machine <= GUESTS; machine += 1)
    guests.push((await store.recognise(shownGuest({ machine, name: `guest-${machine}`, namedBy }))).id);
  const trims = Array.from({ length: pages * PAGE_TRIMS }, (_, n) =>
    store.closeTrim(largeTrim({ n: n + 1, guestId: guests[n % GUESTS] ?? '', bytes: 2_000 })),
  );
  await Promise.all(trims);
  await store.close();
  return guests;
}

const count = (database: DatabaseSync) => Number(database.prepare('select count(*) as trims from trim').get()?.trims);

/** By another connection, which waits for nobody. */
function countTrims(): number {
  const database = new DatabaseSync(path, { readOnly: true });
  try {
    return count(database);
  } finally {
    database.close();
  }
}

/** Until the bound is kept: how often somebody else was answered, and how many trims there were each time. */
async function askUntilCut(said: readonly string[]): Promise<readonly number[]> {
  const seen: number[] = [];
  while (said.length === 0) {
    expect(await store.guests()).toHaveLength(GUESTS);
    seen.push(countTrims());
    // As for whoever comes over a socket.
    await turn();
  }
  return seen;
}

const bytesOf = async (suffix: string) => (await stat(`${path}${suffix}`).catch(() => ({ size: 0 }))).size;

it('is cut in pages: whoever asks meanwhile is answered, and a report is stored before all is gone', async () => {
  const [first] = await fill({ pages: 6, namedBy: 'hypervisor' });
  const before = countTrims();
  const said: string[] = [];
  store = await openTestStore(folder, { history: MOST, said });
  await store.closeTrim(closedTrim({ n: 9_999, guestId: first ?? '' }));
  expect(before - countTrims()).toBeLessThanOrEqual(3 * PAGE_TRIMS);
  const seen = await askUntilCut(said);
  expect(new Set(seen).size).toBeGreaterThanOrEqual(3);
  expect(await store.findTrim(keyOf(9_999, first ?? ('' as GuestId)))).not.toBeNull();
}, 60_000);

it('is told of in one line: how many results of how many guests, and which bound did it', async () => {
  await fill({ pages: 3, namedBy: 'hypervisor' });
  const before = countTrims();
  const said: string[] = [];
  const fields: object[] = [];
  store = await openTestStore(folder, { history: MOST, said, fields });
  await askUntilCut(said);
  const went = before - countTrims();
  expect(said).toEqual(['the oldest results were let go']);
  expect(fields).toEqual([
    { results: went, guests: GUESTS, bounds: `${went}: all may take 1.0 MiB`, setting: '--history' },
  ]);
}, 60_000);

it('names the part of strangers where that was the bound', async () => {
  await fill({ pages: 3, namedBy: 'guest' });
  const said: string[] = [];
  const fields: { bounds?: string }[] = [];
  store = await openTestStore(folder, { history: 2 * MIB, said, fields });
  await askUntilCut(said);
  expect(fields[0]?.bounds).toMatch(
    /^\d+: those of guests that no source of this host knows may take 1\/8 of 2.0 MiB$/,
  );
}, 60_000);

/** What the tables take before anything is in them. */
async function emptyBytes(): Promise<number> {
  const other = join(folder, 'empty');
  await mkdir(other);
  await (await openTestStore(other)).close();
  return (await stat(join(other, 'trimtab.sqlite'))).size;
}

it('gives its space back: the file ends below the size that is stated', async () => {
  await fill({ pages: 6, namedBy: 'hypervisor' });
  const before = await bytesOf('');
  const said: string[] = [];
  store = await openTestStore(folder, { history: MOST, said });
  await askUntilCut(said);
  expect(before).toBeGreaterThan(4 * MOST);
  expect((await bytesOf('')) + (await bytesOf('-wal'))).toBeLessThanOrEqual(1.25 * MOST + (await emptyBytes()));
}, 60_000);

it('stops when the collector ends, and goes on at the next start', async () => {
  await fill({ pages: 6, namedBy: 'hypervisor' });
  store = await openTestStore(folder, { history: MOST });
  await store.guests();
  await store.close();
  const left = countTrims();
  const said: string[] = [];
  store = await openTestStore(folder, { history: MOST, said });
  expect(left).toBeGreaterThan(PAGE_TRIMS);
  await askUntilCut(said);
  expect(countTrims()).toBeLessThan(left);
}, 60_000);

it('of a guest that has far too much is cut beside its reports', async () => {
  await fill({ pages: 1, namedBy: 'hypervisor' });
  store = await openTestStore(folder, { history: 512 * MIB });
  const { id } = await store.recognise(shownGuest({ machine: 1, name: 'guest-1', namedBy: 'hypervisor' }));
  await Promise.all(
    Array.from({ length: 3 * PAGE_TRIMS }, (_, n) =>
      store.closeTrim(largeTrim({ n: 10_000 + n, guestId: id, bytes: 2_000 })),
    ),
  );
  await store.close();
  const said: string[] = [];
  store = await openTestStore(folder, { history: 4 * MIB, said });
  const before = await store.countTrims(id);
  await store.closeTrim(closedTrim({ n: 99_999, guestId: id }));
  expect(before - (await store.countTrims(id))).toBeLessThanOrEqual(3 * PAGE_TRIMS);
  await askUntilCut(said);
  expect(await store.countTrims(id)).toBeLessThan(150);
}, 60_000);
