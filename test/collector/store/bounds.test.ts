import { mkdtemp, rm, stat } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import { afterEach, beforeEach, expect, it } from 'vitest';
import { TRIMS_KEPT } from '../../../collector/src/model/trim-result.ts';
import type { Store } from '../../../collector/src/ports/store/store.ts';
import { shownGuest } from '../../contract/guests-store.ts';
import { closedTrim, idOf, keyOf, openTrim } from '../../contract/store.ts';
import { trimsOf } from '../../contract/trims-of.ts';
import { largeTrim } from './large-trim.ts';
import { openTestStore } from './open-test-store.ts';

// What the history of trims takes, and what goes when it would take more.

const MIB = 1024 ** 2;
const MOST_MIB = 4;
const YEARS_MS = 10 * 365 * 86_400_000;

let folder: string;
let store: Store;

beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'trimtab-bounds-'));
  store = await openTestStore(folder, { history: MOST_MIB * MIB });
});
afterEach(async () => {
  await store.close();
  await rm(folder, { recursive: true });
});

/** By what SQLite itself counts. */
function storedBytes(): number {
  const database = new DatabaseSync(join(folder, 'trimtab.sqlite'));
  const row = database.prepare('select sum(length(whole)) as bytes from whole_trim').get();
  database.close();
  return Number(row?.bytes ?? 0);
}

const known = async (machine: number) =>
  (await store.recognise(shownGuest({ machine, name: `known-${machine}`, namedBy: 'hypervisor' }))).id;
const stranger = async (machine: number) =>
  (await store.recognise(shownGuest({ machine, name: `stranger-${machine}` }))).id;
const numbersOf = async (guestId: Parameters<typeof trimsOf>[1]['guestId']) =>
  (await trimsOf(store, { guestId, limit: 1_000 })).map(({ id }) => Number(id.slice(-12)));

it('[ST19] four strangers that send large reports take an eighth of the history, and nothing of a known guest', async () => {
  const own = await known(1);
  await store.closeTrim(closedTrim({ n: 1, guestId: own }));
  let n = 1;
  for (let round = 0; round < 40; round += 1)
    for (let machine = 10; machine < 14; machine += 1) {
      n += 1;
      await store.closeTrim(largeTrim({ n, guestId: await stranger(machine + 4 * round), bytes: 24 * 1024 }));
    }
  expect(storedBytes()).toBeLessThanOrEqual((MOST_MIB * MIB) / 8 + 64 * 1024);
  // What came last is there: it was acknowledged just now.
  expect((await numbersOf(null)).slice(0, 2)).toEqual([n, n - 1]);
  expect(await numbersOf(own)).toEqual([1]);
}, 60_000);

it('[ST19] what all take together stays below the bound, and the file with it: the oldest go first', async () => {
  const guests = await Promise.all(Array.from({ length: 40 }, (_, index) => known(index + 1)));
  const lost = await stranger(99);
  await store.closeTrim(closedTrim({ n: 9_999, guestId: lost }));
  for (let n = 1; n <= 400; n += 1)
    await store.closeTrim(largeTrim({ n, guestId: guests[n % guests.length] ?? '', bytes: 24 * 1024 }));
  const { size } = await stat(join(folder, 'trimtab.sqlite'));
  expect(size).toBeLessThan(MOST_MIB * MIB * 1.5);
  const kept = await numbersOf(null);
  expect(kept).toEqual(kept.toSorted((one, other) => other - one));
  expect(kept[0]).toBe(400);
  expect(kept.length).toBeGreaterThan(100);
  expect(await numbersOf(lost)).toEqual([]);
}, 120_000);

it('[ST19] the newest trim of each disk of a known guest stays, however much comes after it', async () => {
  const quiet = await known(1);
  await store.closeTrim(largeTrim({ n: 1, guestId: quiet, bytes: 1_000, device: 'vdb' }));
  await store.closeTrim(largeTrim({ n: 2, guestId: quiet, bytes: 1_000, device: 'vdb' }));
  await store.closeTrim(largeTrim({ n: 3, guestId: quiet, bytes: 1_000, device: 'vda' }));
  const loud = await Promise.all(Array.from({ length: 30 }, (_, index) => known(index + 2)));
  for (let n = 4; n <= 300; n += 1)
    await store.closeTrim(largeTrim({ n, guestId: loud[n % loud.length] ?? '', bytes: 24 * 1024 }));
  expect(await numbersOf(quiet)).toEqual([3, 2]);
}, 120_000);

it('[ST19] one guest cannot take what is for all', async () => {
  const [loud, quiet] = [await known(1), await known(2)];
  await store.closeTrim(closedTrim({ n: 1, guestId: quiet }));
  for (let n = 2; n <= 120; n += 1) await store.closeTrim(largeTrim({ n, guestId: loud, bytes: 48 * 1024 }));
  expect(storedBytes()).toBeLessThanOrEqual((MOST_MIB * MIB) / 16 + 64 * 1024);
  expect(await numbersOf(quiet)).toEqual([1]);
}, 60_000);

it('[ST19] a stranger that a source of this host comes to know keeps what it has, as a known one', async () => {
  const { id } = await store.recognise(shownGuest({ machine: 1, name: 'web' }));
  await store.closeTrim(closedTrim({ n: 1, guestId: id }));
  await store.recognise(shownGuest({ machine: 1, name: 'web', namedBy: 'hypervisor' }));
  for (let n = 2; n <= 60; n += 1)
    await store.closeTrim(largeTrim({ n, guestId: await stranger(n), bytes: 24 * 1024 }));
  expect(await numbersOf(id)).toEqual([1]);
}, 60_000);

it(`[ST6] of a guest the ${TRIMS_KEPT} that were stored last are kept, where the clock was years ahead and is back`, async () => {
  await store.close();
  store = await openTestStore(folder);
  const id = await known(1);
  const store1000 = async (from: number, { startedAt }: { readonly startedAt: number }) => {
    for (let n = from; n < from + TRIMS_KEPT; n += 1)
      await store.closeTrim(closedTrim({ n, guestId: id, startedAt: startedAt + n }));
  };
  await store1000(1, { startedAt: Date.UTC(2026, 0) + YEARS_MS });
  // The clock goes back: each of these is acknowledged, and none may be gone when the next one comes.
  for (let n = 2_001; n <= 2_005; n += 1)
    await store.closeTrim(closedTrim({ n, guestId: id, startedAt: Date.UTC(2026, 0) + n }));
  for (let n = 2_001; n <= 2_005; n += 1) expect(await store.findTrim(keyOf(n, id)), `${n}`).not.toBeNull();
  // And ten years behind.
  await store.closeTrim(closedTrim({ n: 3_000, guestId: id, startedAt: Date.UTC(2026, 0) - YEARS_MS }));
  await store.closeTrim(closedTrim({ n: 3_001, guestId: id, startedAt: Date.UTC(2026, 0) }));
  const kept = await numbersOf(id);
  expect(kept).toHaveLength(TRIMS_KEPT);
  expect(kept.slice(0, 7)).toEqual([3_001, 3_000, 2_005, 2_004, 2_003, 2_002, 2_001]);
}, 120_000);

it('[ST5] a clock that went back does not have the newest open trim forgotten', async () => {
  const id = await known(1);
  for (let n = 1; n <= 40; n += 1) await store.openTrim(openTrim({ n, guestId: id, grantedAt: YEARS_MS + n }));
  for (let n = 41; n <= 43; n += 1) await store.openTrim(openTrim({ n, guestId: id, grantedAt: n }));
  expect((await store.openTrims(id)).map(({ id }) => id).slice(-3)).toEqual([idOf(41), idOf(42), idOf(43)]);
});
