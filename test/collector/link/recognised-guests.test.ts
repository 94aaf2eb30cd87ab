import { CLOSE_CODES } from '@trimtab/protocol';
import { expect, it } from 'vitest';
import type { GuestId } from '../../../collector/src/model/guest-id.ts';
import { encode, openLinks, says } from './links-under-test.ts';

const hello = encode(says('hello'));
const NOBODY_RENAMED = { renamed: [] };

it('a guest whose name the hypervisor gave to another bears its new one from then on', async () => {
  const answers = [
    { id: 'stranger' as GuestId, name: 'web', ...NOBODY_RENAMED },
    { id: 'proven' as GuestId, name: 'web', renamed: [{ id: 'stranger' as GuestId, name: 'web~2' }] },
  ];
  const under = openLinks({
    recognise: async () => {
      const answer = answers.shift();
      if (answer === undefined) throw new Error('nobody else was expected');
      return answer;
    },
  });
  const [stranger, proven] = [under.connect(), under.connect()];
  await stranger.send(hello);
  await proven.send(hello);
  expect(under.links.guests().map(({ id, name }) => [id, name])).toEqual([
    ['stranger', 'web~2'],
    ['proven', 'web'],
  ]);
  expect([stranger.closed, proven.closed]).toEqual([null, null]);
});

it('two that are recognised as one guest are one link, whatever they show', async () => {
  const under = openLinks({ recognise: async () => ({ id: 'one' as GuestId, name: 'web', ...NOBODY_RENAMED }) });
  const [older, newer] = [under.connect(), under.connect()];
  await older.send(hello);
  await newer.send(encode({ ...says('hello'), guest: { ...says('hello').guest, productUuid: null } }));
  expect(older.closed?.code).toBe(CLOSE_CODES.superseded);
  expect(under.links.guests()).toHaveLength(1);
});

it('what a guest says while it is being recognised is heard after the welcome, in order', async () => {
  let answer = () => {};
  const asked = new Promise<void>((resolve) => {
    answer = resolve;
  });
  const under = openLinks({
    recognise: async () => {
      await asked;
      return { id: 'one' as GuestId, name: 'web', ...NOBODY_RENAMED };
    },
  });
  const guest = under.connect();
  for (const type of ['hello', 'inventory', 'intent'] as const) await guest.send(encode(says(type)));
  expect([guest.received, under.said]).toEqual([[], []]);
  answer();
  await asked;
  await new Promise((resolve) => setImmediate(resolve));
  expect(guest.received.map(({ type }) => type)).toEqual(['welcome']);
  expect(under.said).toEqual([says('intent')]);
  expect(under.links.guests()[0]?.inventory).toEqual(says('inventory').inventory);
});

it('a guest that cannot be recognised is sent away to come back', async () => {
  const under = openLinks({ recognise: () => Promise.reject(new Error('the store is full')) });
  const guest = under.connect();
  await guest.send(hello);
  expect(guest.closed?.code).toBe(CLOSE_CODES.internal);
  expect(under.links.guests()).toEqual([]);
});

it('a guest that hung up while it was being recognised is no guest', async () => {
  let answer = () => {};
  const asked = new Promise<void>((resolve) => {
    answer = resolve;
  });
  const under = openLinks({
    recognise: async () => {
      await asked;
      return { id: 'one' as GuestId, name: 'web', ...NOBODY_RENAMED };
    },
  });
  const guest = under.connect();
  await guest.send(hello);
  guest.hangUp();
  answer();
  await new Promise((resolve) => setImmediate(resolve));
  expect(under.links.guests()).toEqual([]);
  expect(guest.received).toEqual([]);
});

it('when a guest was last heard is when a frame came or a ping was answered', async () => {
  const under = openLinks({ recognise: async () => ({ id: 'one' as GuestId, name: 'web', ...NOBODY_RENAMED }) });
  const guest = under.connect();
  const heard = () => under.links.guests().map(({ lastHeardAt }) => lastHeardAt - helloAt);
  const helloAt = under.clock.now();
  await guest.send(hello);
  under.clock.advance(40_000);
  expect(heard()).toEqual([0]);
  guest.pong();
  expect(heard()).toEqual([40_000]);
  under.clock.advance(5_000);
  await guest.send(encode(says('inventory')));
  under.clock.advance(5_000);
  expect(heard()).toEqual([45_000]);
});
