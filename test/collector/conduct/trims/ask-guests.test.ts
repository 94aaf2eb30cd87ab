import { expect, it } from 'vitest';
import { ASKED_AT_ONCE } from '../../../../collector/src/conduct/trims/ask-guests.ts';
import { ANSWER_TIMEOUT_MS } from '../../../../collector/src/conduct/trims/trim-model.ts';
import { VISIT_PATIENCE_MS } from '../../../../collector/src/conduct/trims/visit-requests.ts';
import type { AskedBy } from '../../../../collector/src/model/asked-by.ts';
import type { GuestId } from '../../../../collector/src/model/guest-id.ts';
import { aGuest } from './trim-examples.ts';
import { createTrimsWorld, quiet } from './trims-world.ts';

const BY: AskedBy = { kind: 'token', name: 'nightly' };
const guestOf = (n: number) => aGuest({ id: `guest-${n}` as GuestId, name: `web-${n}` });

it('asks many guests, more than in one transaction, each by a request of its own that is stored', async () => {
  const world = await createTrimsWorld();
  const guests = Array.from({ length: ASKED_AT_ONCE + 1 }, (_, n) => guestOf(n));
  for (const guest of guests) world.connect(guest);
  const asked = await world.trims.askAll(guests.map((guest) => ({ guest, mounts: ['/'], askedBy: BY })));
  const ids = asked.map((one) => (one.kind === 'asked' ? one.requestId : null));
  expect(world.sent.map(({ to, message }) => [to, message.type === 'request' && message.requestId])).toEqual(
    guests.map(({ id }, index) => [id, ids[index]]),
  );
  const stored = await world.store.jobs();
  expect(stored.map(({ job }) => [job.id, job.guestId, job.askedBy])).toEqual(
    guests.map(({ id }, index) => [ids[index], id, BY]),
  );
  await world.store.close();
});

it('one that has just left is answered so, and one that does not hear is after a while; the others are asked', async () => {
  const world = await createTrimsWorld();
  const [here, gone] = [guestOf(1), guestOf(2)];
  world.connect(here);
  const asked = await world.trims.askAll([gone, here].map((guest) => ({ guest, mounts: null, askedBy: BY })));
  const watchers = asked.map((one) => (one.kind === 'asked' ? world.watch(one.requestId) : null));
  await quiet();
  world.clock.advance(ANSWER_TIMEOUT_MS);
  await quiet();
  expect(watchers.map((watcher) => watcher?.seen.at(-1)?.event)).toMatchObject([
    { event: 'refused', problem: { code: 'no-agent', subject: gone.name } },
    { event: 'refused', problem: { code: 'no-answer', subject: here.name } },
  ]);
  await world.store.close();
});

it('where the store fails, those that are left are not tried, and nobody of them is asked', async () => {
  const world = await createTrimsWorld();
  const guests = Array.from({ length: 2 * ASKED_AT_ONCE }, (_, n) => guestOf(n));
  for (const guest of guests) world.connect(guest);
  await world.store.close();
  const asked = await world.trims.askAll(guests.map((guest) => ({ guest, mounts: null, askedBy: BY })));
  expect(asked.map(({ kind }) => kind)).toEqual(guests.map(() => 'failed'));
  expect(world.sent).toEqual([]);
});

it('a guest that visits and is just there is waited for no longer than one that is not, should it leave without a word', async () => {
  const world = await createTrimsWorld();
  const guest = guestOf(1);
  world.connect(guest);
  const atVisit = { starter: 'timer', nextVisitAt: null } as const;
  const id = await world.trims.ask({ guest, atVisit, mounts: null, askedBy: BY });
  const watcher = world.watch(id);
  world.leave(guest.id);
  world.clock.advance(VISIT_PATIENCE_MS - 1);
  await quiet();
  expect(watcher.seen.map(({ event }) => event)).not.toContain('refused');
  world.clock.advance(1);
  await quiet();
  expect(watcher.seen.at(-1)?.event).toMatchObject({ event: 'refused', problem: { code: 'no-visit' } });
  await world.store.close();
});
