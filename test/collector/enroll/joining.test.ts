import { CLOSE_CODES } from '@trimtab/protocol';
import { PLAIN_BINDING } from '@trimtab/protocol/joining';
import { expect, it } from 'vitest';
import { LEARNED_WRITTEN_EVERY_MS } from '../../../collector/src/conduct/enroll/note-learned.ts';
import { makeGuestKey } from '../../support/joining/guest-key.ts';
import { makeHostKey } from '../../support/joining/host-keys.ts';
import { aDomain, UUID } from '../correlate/examples.ts';
import { encode } from '../link/links-under-test.ts';
import { openWorld, until } from './joined-world.ts';

const OTHER_UUID = '99999999-9999-4999-8999-999999999999';
const OTHER_BOOT = '77777777-7777-4777-8777-777777777777';

const encodeLearned = (pins: string[]) => encode({ type: 'learned', pins });

it('a guest joins by a token, is told where the collector is, and comes back by its key alone [P2]', async () => {
  await using world = await openWorld({ domains: [aDomain({ name: 'shop' })] });
  const own = makeGuestKey();
  const secret = await world.makeToken({ guest: 'shop' });
  const came = await world.visit({ own, secret });
  expect(came.heard('welcome')).toMatchObject({ guest: 'shop', version: 4 });
  const pins = world.hostKeys.all().map(({ pin }) => pin);
  expect(came.heard('collector')).toMatchObject({ pins, addresses: ['192.0.2.1:7461'] });
  expect(world.links.guests()).toMatchObject([{ name: 'shop', proof: 'key', isKnown: true }]);
  expect(await world.store.findKey(own.key)).toMatchObject({ state: 'active', productUuid: UUID });
  came.socket.hangUp();
  expect((await world.visit({ own })).heard('welcome')).toMatchObject({ guest: 'shop' });
});

it.each([
  ['a key that has joined', true],
  ['the UUID of another', false],
  ['a word, where words are not taken', false],
  ['a word, where words are taken', true],
  ['its channel', true],
] as const)('before it has proven anything, one is known by %s: %s', async (by, isKnown) => {
  await using world = await openWorld({ acceptUnenrolled: by === 'a word, where words are taken' });
  const own = await world.joined();
  const shown = by === 'a key that has joined' ? own : by === 'the UUID of another' ? makeGuestKey() : null;
  const proof =
    by === 'its channel'
      ? ({ kind: 'channel', domain: 'kvm:1' } as const)
      : ({ kind: 'network', binding: PLAIN_BINDING } as const);
  const arriving = { hello: world.toHello({ own: shown }), socket: { address: '192.0.2.1', proof } };
  expect(await world.enrolment.recalls(arriving, () => true)).toBe(isKnown);
});

it('a token lets in as many guests as it has uses, and a guest that shows it again takes none [P5]', async () => {
  await using world = await openWorld();
  const secret = await world.makeToken({ mostUses: 2 });
  const own = makeGuestKey();
  const visits = [own, own, makeGuestKey(), makeGuestKey()];
  const uuids = [UUID, UUID, OTHER_UUID, '55555555-5555-4555-8555-555555555555'];
  const codes = [];
  for (const [index, key] of visits.entries()) {
    const came = await world.visit({ own: key, secret, guest: { productUuid: uuids[index] ?? null } });
    codes.push(came.socket.closed?.code ?? 'welcome');
  }
  expect(codes).toEqual(['welcome', 'welcome', 'welcome', CLOSE_CODES.tokenUsed]);
});

it('when a guest has joined by a token for its name, another that was made for it lets in nobody', async () => {
  await using world = await openWorld();
  const [lost, secret] = [await world.makeToken({ guest: 'web-1' }), await world.makeToken({ guest: 'web-1' })];
  const own = makeGuestKey();
  await world.visit({ own, secret });
  const finder = await world.visit({ own: makeGuestKey(), secret: lost });
  expect(finder.socket.closed?.code).toBe(CLOSE_CODES.tokenUnknown);
  expect(world.links.guests()).toMatchObject([{ name: 'web-1', proof: 'key' }]);
  expect(await world.store.findKey(own.key)).toMatchObject({ state: 'active' });
  // One that a person makes now is for a join to come.
  const again = await world.visit({ own: makeGuestKey(), secret: await world.makeToken({ guest: 'web-1' }) });
  expect(again.heard('welcome')).toMatchObject({ guest: 'web-1' });
});

it('of many that come with the last use of a token at once, one is let in, and the others leave no guest behind', async () => {
  await using world = await openWorld();
  const secret = await world.makeToken();
  const uuids = Array.from({ length: 8 }, (_, index) => `${index}${UUID.slice(1)}`);
  const came = await Promise.all(
    uuids.map((productUuid) => world.visit({ own: makeGuestKey(), secret, guest: { productUuid } })),
  );
  const codes = came.map(({ socket }) => socket.closed?.code ?? 'welcome').toSorted();
  expect(codes).toEqual([...Array(7).fill(CLOSE_CODES.tokenUsed), 'welcome']);
  expect(await world.store.guests()).toHaveLength(1);
});

it('what a guest was before it joined stays its own', async () => {
  await using world = await openWorld({ acceptUnenrolled: true });
  const before = await world.visit({});
  const [{ id } = { id: null }] = world.links.guests();
  before.socket.hangUp();
  await world.visit({ own: makeGuestKey(), secret: await world.makeToken() });
  expect(world.links.guests()).toMatchObject([{ id, proof: 'key' }]);
});

it('the same guest takes the place of its own half-dead connection, also after a reboot [P7]', async () => {
  await using world = await openWorld();
  const own = await world.joined();
  const first = await world.visit({ own });
  const again = await world.visit({ own });
  expect(first.socket.closed?.code).toBe(CLOSE_CODES.superseded);
  const rebooting = world.visit({ own, guest: { bootId: OTHER_BOOT } });
  await until(() => again.socket.pings === 1);
  world.clock.advance(5_000);
  const rebooted = await rebooting;
  expect(rebooted.heard('welcome')).toBeDefined();
  expect(again.socket.closed?.code).toBe(CLOSE_CODES.superseded);
});

it('nothing is written about a guest that comes back as it was', async () => {
  const writes: string[] = [];
  await using world = await openWorld({
    wrap: (store) =>
      new Proxy(store, {
        get(target, name: keyof typeof store) {
          if (['join', 'admit', 'hold', 'learned', 'revoke'].includes(name)) writes.push(name);
          return target[name];
        },
      }),
  });
  const own = await world.joined();
  const pins = world.hostKeys.all().map(({ pin }) => pin);
  const first = await world.visit({ own });
  await first.socket.send(encodeLearned(pins));
  await until(async () => (await world.store.findKey(own.key))?.learnedPins[0] === pins[0]);
  writes.length = 0;
  const again = await world.visit({ own });
  await again.socket.send(encodeLearned(pins));
  expect(writes).toEqual([]);
});

it('a guest that says other pins with each frame has few of them written, and the last ones in the end', async () => {
  let writes = 0;
  await using world = await openWorld({
    wrap: (store) => ({
      ...store,
      learned(call) {
        writes += 1;
        return store.learned(call);
      },
    }),
  });
  world.hostKeys.keys.push(makeHostKey());
  const [one = '', other = ''] = world.hostKeys.all().map(({ pin }) => pin);
  const own = await world.joined();
  const { socket } = await world.visit({ own });
  const storedPins = async () => (await world.store.findKey(own.key))?.learnedPins;
  await socket.send(encodeLearned([one, other]));
  world.clock.advance(LEARNED_WRITTEN_EVERY_MS);
  await socket.send(encodeLearned([other, one]));
  await socket.send(encodeLearned([one, other, one]));
  expect(writes).toBe(1);
  await socket.send(encodeLearned([other]));
  for (let n = 0; n < 5; n += 1) {
    await socket.send(encodeLearned([one, other]));
    await socket.send(encodeLearned([one]));
  }
  expect([writes, await storedPins()]).toEqual([2, [other]]);
  world.clock.advance(LEARNED_WRITTEN_EVERY_MS);
  await until(async () => (await storedPins())?.[0] === one);
  expect([writes, await storedPins()]).toEqual([3, [one]]);
});

it('of pins that a guest says it has stored, those count that this host has', async () => {
  await using world = await openWorld();
  const own = await world.joined();
  const came = await world.visit({ own });
  await came.socket.send(encodeLearned(['Z'.repeat(43)]));
  expect(await world.store.findKey(own.key)).toMatchObject({ learnedPins: [] });
});

it('guests that are connected hear of another address and of another key', async () => {
  await using world = await openWorld();
  world.enrolment.doors.start();
  const came = await world.visit({ own: await world.joined() });
  world.told.addresses = ['198.51.100.7:7461'];
  world.clock.advance(60_000);
  expect(came.socket.received.at(-1)).toMatchObject({ type: 'collector', addresses: ['198.51.100.7:7461'] });
  const heard = came.socket.received.length;
  world.clock.advance(60_000);
  expect(came.socket.received).toHaveLength(heard);
  world.enrolment.doors.stop();
});

it('over the channel of a domain no key is asked for, and the guest is that domain whatever it says [P11]', async () => {
  const domain = aDomain({ key: 'libvirt:shop', name: 'shop' });
  await using world = await openWorld({ domains: [domain] });
  const proof = { kind: 'channel', domain: 'libvirt:shop' } as const;
  const came = await world.visit({ proof, guest: { productUuid: OTHER_UUID, hostname: 'liar' } });
  expect(came.heard('welcome')).toMatchObject({ guest: 'shop' });
  expect(world.links.guests()).toMatchObject([{ proof: 'channel', identity: { productUuid: UUID } }]);
});

it('a guest that has proven its key is none of the strangers, whatever the host tells', async () => {
  await using world = await openWorld();
  await world.visit({ own: await world.joined() });
  world.links.weigh(() => false);
  expect(world.links.guests()).toMatchObject([{ isKnown: true }]);
});

it('a connection that ends while it is asked whether it is there gives way at once', async () => {
  await using world = await openWorld();
  const own = await world.joined();
  const first = await world.visit({ own });
  const rebooting = world.visit({ own, guest: { bootId: OTHER_BOOT } });
  await until(() => first.socket.pings === 1);
  first.socket.hangUp();
  expect((await rebooting).heard('welcome')).toBeDefined();
});

it('a key that is revoked while the guest that has it already is asked whether it is there lets nobody in', async () => {
  await using world = await openWorld();
  const own = await world.joined();
  const first = await world.visit({ own });
  const rebooting = world.visit({ own, guest: { bootId: '77777777-7777-4777-8777-777777777777' } });
  await until(() => first.socket.pings === 1);
  const guest = (await world.store.findKey(own.key))?.guest as never;
  await world.enrolment.revoke({ guest, by: { kind: 'socket' }, nowMs: 0 });
  expect((await rebooting).socket.closed?.code).toBe(CLOSE_CODES.revoked);
  expect(world.links.guests()).toEqual([]);
});

it.each(['key', 'channel'])('a guest that is revoked while it is being let in by its %s stays out', async (way) => {
  let revoke = async () => {};
  await using world = await openWorld({
    domains: [aDomain()],
    wrap: (store) => ({
      ...store,
      async recognise(shown) {
        const recognised = await store.recognise(shown);
        await revoke();
        return recognised;
      },
    }),
  });
  const own = await world.joined();
  const guest = (await world.store.findKey(own.key))?.guest as never;
  revoke = async () => void (await world.enrolment.revoke({ guest, by: { kind: 'socket' }, nowMs: 0 }));
  const proof = { kind: 'channel', domain: aDomain().key } as const;
  const came = await world.visit(way === 'key' ? { own } : { proof });
  expect(came.socket.closed?.code).toBe(CLOSE_CODES.revoked);
  expect(world.links.guests()).toEqual([]);
});
