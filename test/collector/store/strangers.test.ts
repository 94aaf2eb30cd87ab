import { randomUUID } from 'node:crypto';
import { afterEach, beforeEach, expect, it } from 'vitest';
import { openSqlDatabase } from '../../../collector/src/io/sqlite.ts';
import type { GuestId } from '../../../collector/src/model/guest-id.ts';
import type { HostId } from '../../../collector/src/model/host-id.ts';
import { STRANGERS_KEPT } from '../../../collector/src/ports/store/guests.ts';
import type { Store } from '../../../collector/src/ports/store/store.ts';
import { createStore } from '../../../collector/src/store/create-store.ts';
import { enrolmentOf } from '../../contract/enrolments-store.ts';
import { newKey } from '../../contract/guest-key-examples.ts';
import { shownGuest } from '../../contract/guests-store.ts';
import { closedTrim, idOf, keyOf, openTrim } from '../../contract/store.ts';
import { trimsOf } from '../../contract/trims-of.ts';
import { NO_SURROUNDINGS } from './no-surroundings.ts';

// In memory: thousands of guests say hello, and each would be synced to the disk.

let store: Store;

beforeEach(async () => {
  store = await createStore({
    database: openSqlDatabase(':memory:'),
    path: ':memory:',
    hostId: 'host' as HostId,
    ...NO_SURROUNDINGS,
    historyBytes: 1e9,
    newGuestId: () => randomUUID() as string as GuestId,
  });
});
afterEach(() => store.close());

it(`[ST12] of guests that no hypervisor knows ${STRANGERS_KEPT} are kept; who is known, has joined, or is here, is not forgotten for them`, async () => {
  const known = await store.recognise(shownGuest({ machine: 1, name: 'known', namedBy: 'hypervisor' }));
  const here = await store.recognise(shownGuest({ machine: 2, name: 'here' }));
  const trimmed = await store.recognise(shownGuest({ machine: 3, name: 'trimmed' }));
  const trimmedLater = await store.recognise(shownGuest({ machine: 4, name: 'trimmed-later', seenAt: 2 }));
  const joined = await store.recognise(shownGuest({ machine: 5, name: 'joined', seenAt: 0 }));
  await store.addEnrolment(enrolmentOf({ n: 1 }));
  await store.join({ key: newKey({ n: 1, guest: joined.id }), enrolment: 'key of token-1', nowMs: 5 });
  await store.closeTrim(closedTrim({ n: 1, guestId: trimmed.id }));
  await store.closeTrim(closedTrim({ n: 2, guestId: trimmedLater.id }));
  const isHere = (id: GuestId) => id === here.id;
  const invent = (nth: number) =>
    store.recognise(shownGuest({ machine: 1_000 + nth, name: `invented-${nth}`, seenAt: 100 + nth, isHere }));
  for (let nth = 0; nth < STRANGERS_KEPT + 100; nth += 1) await invent(nth);
  const names = new Set((await store.guests()).map(({ name }) => name));
  expect(names.size).toBeLessThanOrEqual(STRANGERS_KEPT + 1);
  for (const name of ['known', 'here', 'joined', 'trimmed', 'trimmed-later', `invented-${STRANGERS_KEPT + 99}`])
    expect(names).toContain(name);
  expect([names.has('invented-0'), names.has('invented-1')]).toEqual([false, false]);
  // What was forgotten comes again as a new guest, and its name is free.
  expect((await invent(0)).name).toBe('invented-0');
  expect((await store.recognise(shownGuest({ machine: 1, namedBy: 'hypervisor', name: 'known' }))).id).toBe(known.id);
}, 120_000);

it('[ST12] strangers that had a trim go last, with their trims, and the oldest of them first', async () => {
  const [first, second] = [
    await store.recognise(shownGuest({ machine: 1, seenAt: 1 })),
    await store.recognise(shownGuest({ machine: 2, seenAt: 2 })),
  ];
  await store.closeTrim(closedTrim({ n: 1, guestId: first.id }));
  await store.closeTrim(closedTrim({ n: 2, guestId: second.id }));
  await store.openTrim(openTrim({ n: 3, guestId: first.id }));
  // All others are connected, but for the oldest that was trimmed.
  const isHere = (id: GuestId) => id !== first.id;
  for (let nth = 0; nth < STRANGERS_KEPT; nth += 1)
    await store.recognise(shownGuest({ machine: 1_000 + nth, name: `invented-${nth}`, seenAt: 100 + nth, isHere }));
  expect((await trimsOf(store, { guestId: null, limit: 10 })).map(({ id }) => id)).toEqual([idOf(2)]);
  expect([await store.findTrim(keyOf(1, first.id)), await store.findOpenTrim(keyOf(3, first.id))]).toEqual([
    null,
    null,
  ]);
}, 120_000);
