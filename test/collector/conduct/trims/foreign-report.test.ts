import type { Intent } from '@trimtab/protocol';
import { afterEach, beforeEach, expect, it } from 'vitest';
import type { GuestId } from '../../../../collector/src/model/guest-id.ts';
import { trimsOf } from '../../../contract/trims-of.ts';
import { aGuest, reportOf, trimIdOf } from './trim-examples.ts';
import { createTrimsWorld, settle, type TrimsWorld } from './trims-world.ts';

// The id of a trim is the guest's word. A copy of a guest's disk has its outbox, and a hostile guest says what it
// likes.

const OWN = aGuest();
const OTHER = aGuest({ id: 'guest-b' as GuestId, name: 'web-1~2@/other' });
const TRIM = trimIdOf(1);

let world: TrimsWorld;
beforeEach(async () => {
  world = await createTrimsWorld();
  for (const guest of [OWN, OTHER]) world.connect(guest);
});
afterEach(async () => {
  expect(world.failures).toEqual([]);
  await world.store.close();
});

async function intend(guest: typeof OWN): Promise<void> {
  const intent: Intent = { type: 'intent', trimId: TRIM, trigger: 'scheduled', requestId: null, mounts: ['/mnt/vda'] };
  world.attend(guest.id, world.trims.intended(guest, intent));
  await settle();
}
const storedOf = ({ id }: typeof OWN) => trimsOf(world.store, { guestId: id, limit: 9 });
const acknowledged = () => world.sent.flatMap(({ to, message }) => (message.type === 'acknowledged' ? [to] : []));

it('a report under the id of another guest’s trim is its own, whoever tells first', async () => {
  await world.trims.reported(OTHER, reportOf({ trimId: TRIM, trimmedBytes: { vda: 1 } }));
  await world.trims.reported(OWN, reportOf({ trimId: TRIM, trimmedBytes: { vda: 2 } }));
  const bytesOf = async (guest: typeof OWN) =>
    (await storedOf(guest)).map(({ filesystems }) => filesystems?.[0]?.outcome);
  expect(await bytesOf(OTHER)).toEqual([{ status: 'done', trimmedBytes: 1 }]);
  expect(await bytesOf(OWN)).toEqual([{ status: 'done', trimmedBytes: 2 }]);
  expect(acknowledged()).toEqual([OTHER.id, OWN.id]);
});

it('does not complete what is stored of another guest that was lost', async () => {
  await intend(OWN);
  world.killQemu(OWN.id);
  world.leave(OWN.id);
  await settle();
  await world.trims.reported(OTHER, reportOf({ trimId: TRIM }));
  expect(await storedOf(OWN)).toMatchObject([{ id: TRIM, reported: false }]);
  expect(await storedOf(OTHER)).toMatchObject([{ id: TRIM, reported: true }]);
  world.connect(OWN);
  await world.trims.reported(OWN, reportOf({ trimId: TRIM }));
  expect(await storedOf(OWN)).toMatchObject([{ id: TRIM, reported: true }]);
});

it('takes neither the samples nor the grant of another guest’s trim under the same id', async () => {
  await intend(OWN);
  await intend(OTHER);
  const open = await world.store.openTrims(null);
  expect(open.map(({ guestId }) => guestId).sort()).toEqual([OWN.id, OTHER.id].sort());
  await world.trims.reported(OTHER, reportOf({ trimId: TRIM }));
  expect((await world.store.openTrims(null)).map(({ guestId }) => guestId)).toEqual([OWN.id]);
});
