import { randomUUID } from 'node:crypto';
import { afterEach, beforeEach, expect, it } from 'vitest';
import { openSqlDatabase } from '../../../collector/src/io/sqlite.ts';
import type { GuestId } from '../../../collector/src/model/guest-id.ts';
import type { HostId } from '../../../collector/src/model/host-id.ts';
import type { Store } from '../../../collector/src/ports/store/store.ts';
import { createStore } from '../../../collector/src/store/create-store.ts';
import { shownGuest, uuidOf } from '../../contract/guests-store.ts';
import { NO_SURROUNDINGS } from './no-surroundings.ts';

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

it('finds guests by an id, a name, or what they showed, each once', async () => {
  const domain = { kind: 'domain', value: uuidOf(9) } as const;
  const shown = { kind: 'product-uuid', value: uuidOf(1) } as const;
  const web = await store.recognise(shownGuest({ machine: 1, name: 'web', identities: [shown, domain] }));
  const shop = await store.recognise(shownGuest({ machine: 2, name: 'shop' }));
  const find = async (...words: string[]) => (await store.findGuests(words)).map(({ id }) => id).sort();
  expect(await find('web')).toEqual([web.id]);
  expect(await find(uuidOf(9), uuidOf(1), 'web', web.id)).toEqual([web.id]);
  expect(await find(shop.id, uuidOf(9))).toEqual([web.id, shop.id].sort());
  expect(await find('w', uuidOf(3), '')).toEqual([]);
  const [found] = await store.findGuests([uuidOf(2)]);
  expect(found).toEqual((await store.guests()).find(({ id }) => id === shop.id));
});
