import { CLOSE_CODES } from '@trimtab/protocol';
import { expect, it } from 'vitest';
import { MOST_HELD_BESIDE_USES, MOST_HELD_PER_KEY } from '../../../collector/src/conduct/enroll/held-book.ts';
import { createSendElsewhere } from '../../../collector/src/conduct/enroll/send-elsewhere.ts';
import { answerChallenge } from '../../support/joining/answer-challenge.ts';
import { makeGuestKey } from '../../support/joining/guest-key.ts';
import { aDomain, UUID } from '../correlate/examples.ts';
import { openWorld, until, type World } from './joined-world.ts';

const OTHER_UUID = '99999999-9999-4999-8999-999999999999';
const OTHER_BOOT = '77777777-7777-4777-8777-777777777777';
const THIRD_BOOT = '33333333-3333-4333-8333-333333333333';
const FOURTH_BOOT = '44444444-4444-4444-8444-444444444444';
const BY = { kind: 'socket' } as const;

async function heldOne(world: World) {
  const [held, ...others] = await world.store.held();
  if (held === undefined || others.length > 0) throw new Error('not one is held');
  return held;
}

it('a copy with a UUID of its own is held, and one word of a person makes it a guest with a key of its own [P7] [P9]', async () => {
  await using world = await openWorld({
    domains: [
      aDomain({ name: 'shop' }),
      aDomain({ key: 'b', name: 'shop-copy', uuid: OTHER_UUID, guestUuid: OTHER_UUID }),
    ],
  });
  const own = await world.joined();
  const original = await world.visit({ own });
  const copy = await world.visit({ own, guest: { productUuid: OTHER_UUID, hostname: 'web' } });
  const held = await heldOne(world);
  expect(copy.socket.closed).toEqual({
    code: CLOSE_CODES.held,
    reason: `held until a person decides, on the host: trimtab guests approve ${held.id}`,
  });
  expect(held.reason).toBe(
    `it shows the key of shop, which joined with the product UUID ${UUID}, and says ${OTHER_UUID}`,
  );
  // Whoever comes back unasked is held again, and noted once.
  expect((await world.visit({ own, guest: { productUuid: OTHER_UUID } })).challenge?.renew).toBe(false);
  await world.enrolment.approve({ held: (await heldOne(world)).id, by: BY, name: null });
  // Between the two ends of a plain connection: a key of somebody else in the place of the one that the copy has made.
  const swapped = await world.visit({
    own,
    guest: { productUuid: OTHER_UUID },
    forge: (right, asked) => ({
      ...right,
      renewed: answerChallenge({ ...asked, own, renewed: makeGuestKey() }).renewed,
    }),
  });
  expect(swapped.socket.closed?.code).toBe(CLOSE_CODES.badSignature);
  const renewed = makeGuestKey();
  const admitted = await world.visit({ own, renewed, guest: { productUuid: OTHER_UUID } });
  expect(admitted.challenge?.renew).toBe(true);
  expect(admitted.heard('welcome')).toMatchObject({ guest: 'shop-copy' });
  expect(original.socket.closed).toBeNull();
  expect(await world.store.held()).toEqual([]);
  admitted.socket.hangUp();
  expect((await world.visit({ own: renewed, guest: { productUuid: OTHER_UUID } })).heard('welcome')).toMatchObject({
    guest: 'shop-copy',
  });
  expect(world.links.guests().map(({ name }) => name)).toEqual(['shop', 'shop-copy']);
});

it('a copy that says the UUID as well is held while its original answers, and admitted it is taken for no domain [P7] [P9]', async () => {
  await using world = await openWorld({ domains: [aDomain({ name: 'shop' })] });
  const own = await world.joined();
  const original = await world.visit({ own });
  const coming = world.visit({ own, guest: { bootId: OTHER_BOOT } });
  await until(() => original.socket.pings === 1);
  original.socket.pong();
  expect((await coming).socket.closed?.code).toBe(CLOSE_CODES.held);
  const held = await heldOne(world);
  expect(held.reason).toBe('it shows the key of shop, which is connected and runs in another boot');
  await world.enrolment.approve({ held: held.id, by: BY, name: 'shop-two' });
  // The original, which says all that its copy says but the boot, keeps its key.
  original.socket.hangUp();
  const again = await world.visit({ own });
  expect(again.challenge?.renew).toBe(false);
  const admitted = await world.visit({ own, guest: { bootId: OTHER_BOOT } });
  expect(admitted.heard('welcome')).toMatchObject({ guest: 'shop-two' });
  expect(again.socket.closed).toBeNull();
  expect(world.links.guests().map(({ identity }) => identity.productUuid)).toEqual([UUID, null]);
});

it('a copy is held while its original answers on the channel of its domain, and the same boot moves over [P7]', async () => {
  await using world = await openWorld({ domains: [aDomain({ name: 'shop' })] });
  const own = await world.joined();
  const original = await world.visit({ proof: { kind: 'channel', domain: aDomain().key } });
  const coming = world.visit({ own, guest: { bootId: OTHER_BOOT } });
  await until(() => original.socket.pings === 1 || world.links.guests().some(({ proof }) => proof === 'key'));
  original.socket.pong();
  expect((await coming).socket.closed?.code).toBe(CLOSE_CODES.held);
  expect(original.socket.closed).toBeNull();
  const moved = await world.visit({ own });
  expect(moved.heard('welcome')).toMatchObject({ guest: 'shop' });
  expect(original.socket.closed?.code).toBe(CLOSE_CODES.superseded);
});

it('a copy of a guest that was dismissed before it joined is told of, and so is the original of a dismissed copy', async () => {
  await using world = await openWorld({ domains: [aDomain({ name: 'shop' })] });
  const own = makeGuestKey();
  const named = await world.makeToken({ guest: 'till' });
  await world.joined({ own: makeGuestKey(), secret: await world.makeToken({ guest: 'shop' }) });
  // With a token for another name it is held, and dismissed.
  expect((await world.visit({ own, secret: named })).socket.closed?.code).toBe(CLOSE_CODES.held);
  const wrong = await heldOne(world);
  await world.enrolment.dismiss(wrong.id);
  expect((await world.visit({ own, secret: named })).socket.closed?.reason).toBe(
    `dismissed by a person; if that was wrong, on the host: trimtab guests approve ${wrong.id}`,
  );
  expect(await heldOne(world)).toMatchObject({ id: wrong.id, isDismissed: true });
  // By the right one it joins.
  const original = await world.visit({ own, secret: await world.makeToken({ guest: 'shop' }) });
  expect(original.heard('welcome')).toMatchObject({ guest: 'shop' });
  expect(await world.store.held()).toEqual([]);
  const knock = async (first: Awaited<ReturnType<World['visit']>>, bootId: string) => {
    const pings = first.socket.pings;
    const coming = world.visit({ own, guest: { bootId } });
    await until(() => first.socket.pings > pings);
    first.socket.pong();
    return (await coming).socket.closed?.code;
  };
  expect(await knock(original, OTHER_BOOT)).toBe(CLOSE_CODES.held);
  const copy = await heldOne(world);
  expect(copy.isDismissed).toBe(false);
  await world.enrolment.dismiss(copy.id);
  expect(await knock(original, OTHER_BOOT)).toBe(CLOSE_CODES.held);
  expect((await heldOne(world)).isDismissed).toBe(true);
  // Its copy is there first: now the original is the one that has to wait.
  original.socket.hangUp();
  const first = await world.visit({ own, guest: { bootId: OTHER_BOOT } });
  expect(await knock(first, THIRD_BOOT)).toBe(CLOSE_CODES.held);
  expect((await heldOne(world)).isDismissed).toBe(false);
});

it('a word for a copy is not one for its original, which reboots while the copy is connected [P9]', async () => {
  await using world = await openWorld();
  const own = await world.joined();
  const knock = async (first: Awaited<ReturnType<World['visit']>>, bootId: string) => {
    const coming = world.visit({ own, guest: { bootId } });
    await until(() => first.socket.pings === 1);
    first.socket.pong();
    return (await coming).socket.closed?.code;
  };
  const original = await world.visit({ own });
  expect(await knock(original, OTHER_BOOT)).toBe(CLOSE_CODES.held);
  await world.enrolment.approve({ held: (await heldOne(world)).id, by: BY, name: 'shop-two' });
  // The original reboots, and its copy is there before it.
  original.socket.hangUp();
  const copy = await world.visit({ own, renewed: null, guest: { bootId: THIRD_BOOT } });
  expect(await knock(copy, FOURTH_BOOT)).toBe(CLOSE_CODES.held);
  copy.socket.hangUp();
  const rebooted = await world.visit({ own, guest: { bootId: FOURTH_BOOT } });
  expect(rebooted.challenge?.renew).toBe(false);
  expect(world.links.guests()).toHaveLength(1);
  expect(await world.store.keys()).toHaveLength(1);
});

it('a copy that shows the key of its original as the one that it has made is held on, and the original keeps it [P9]', async () => {
  await using world = await openWorld();
  const own = await world.joined();
  const [before] = await world.store.keys();
  const copy = { own, renewed: own, guest: { productUuid: OTHER_UUID } };
  await world.visit(copy);
  await world.enrolment.approve({ held: (await heldOne(world)).id, by: BY, name: null });
  expect((await world.visit(copy)).socket.closed?.code).toBe(CLOSE_CODES.held);
  expect(await world.store.keys()).toEqual([before]);
});

it('a token for one guest lets in that one: another is held, and may be let in with the key that it showed [P8] [P9]', async () => {
  await using world = await openWorld({ domains: [aDomain({ name: 'shop' })] });
  const own = makeGuestKey();
  const secret = await world.makeToken({ guest: 'shop' });
  const other = await world.visit({ own, secret, guest: { productUuid: OTHER_UUID, hostname: 'till' } });
  expect(other.socket.closed?.code).toBe(CLOSE_CODES.held);
  const held = await heldOne(world);
  expect(held.reason).toContain(
    `its token was made for shop, whose product UUID is ${UUID}, and it says ${OTHER_UUID}`,
  );
  await world.enrolment.approve({ held: held.id, by: BY, name: null });
  const admitted = await world.visit({ own, secret, guest: { productUuid: OTHER_UUID, hostname: 'till' } });
  expect(admitted.challenge?.renew).toBe(false);
  expect(admitted.heard('welcome')).toMatchObject({ guest: 'till' });
  // The token is still there for the guest that it was made for.
  expect((await world.visit({ own: makeGuestKey(), secret })).heard('welcome')).toMatchObject({ guest: 'shop' });
});

it('a token for any guest lets nobody in as one that has joined; one for that guest does, in place of its lost key [P6] [P8]', async () => {
  await using world = await openWorld({ domains: [aDomain({ name: 'shop' })] });
  const secret = await world.makeToken({ mostUses: 5 });
  await world.joined({ secret });
  const thief = await world.visit({ own: makeGuestKey(), secret });
  expect(thief.socket.closed?.code).toBe(CLOSE_CODES.held);
  expect(thief.socket.closed?.reason).not.toContain('shop');
  const anew = await world.visit({ own: makeGuestKey(), secret: await world.makeToken({ guest: 'shop' }) });
  expect(anew.heard('welcome')).toMatchObject({ guest: 'shop' });
});

it('a guest that joined without a UUID is not taken for the domain whose UUID it says later', async () => {
  await using world = await openWorld({ domains: [aDomain({ name: 'shop' })] });
  const own = await world.joined({ guest: { productUuid: null, hostname: 'plain' } });
  const came = await world.visit({ own, guest: { hostname: 'plain' } });
  expect(came.heard('welcome')).toMatchObject({ guest: 'plain' });
  expect(world.links.guests()).toMatchObject([{ identity: { productUuid: null } }]);
});

it('one key holds up few, whatever those who show it say', async () => {
  await using world = await openWorld();
  const own = await world.joined();
  for (let index = 0; index <= MOST_HELD_PER_KEY; index += 1)
    await world.visit({ own, guest: { productUuid: `${index}${OTHER_UUID.slice(1)}` } });
  expect(await world.store.held()).toHaveLength(MOST_HELD_PER_KEY);
});

it('one token holds up few, whatever keys are drawn by those who show it, also at once', async () => {
  await using world = await openWorld();
  const secret = await world.makeToken({ mostUses: 3 });
  await world.joined({ secret });
  const most = 3 + MOST_HELD_BESIDE_USES;
  const knock = async () => (await world.visit({ own: makeGuestKey(), secret })).socket.closed?.code;
  const codes = await Promise.all(Array.from({ length: most + 4 }, knock));
  expect(codes).toEqual(codes.map(() => CLOSE_CODES.held));
  expect(await world.store.held()).toHaveLength(most);
  // Those of another token have their own.
  await world.visit({ own: makeGuestKey(), secret: await world.makeToken() });
  expect(await world.store.held()).toHaveLength(most + 1);
});

it('a guest that is moved away while it is connected is sent to its other collector at the second reading [P10]', async () => {
  await using world = await openWorld({ domains: [aDomain()] });
  const own = await world.joined();
  const came = await world.visit({ own, others: 1 });
  const sendElsewhere = createSendElsewhere({ links: world.links });
  const sources = [{ source: 'libvirt', used: true, sentence: '', answeredAt: 0 }] as const;
  const host = { takenAt: 0, findings: [], sources, offSince: new Map(), domains: [] };
  sendElsewhere(host);
  sendElsewhere({ ...host, domains: [aDomain()] });
  sendElsewhere(host);
  expect(came.socket.closed).toBeNull();
  sendElsewhere(host);
  expect(came.socket.closed?.code).toBe(CLOSE_CODES.elsewhere);
});

it('guests that are taken without a key are told of, with their number', async () => {
  await using world = await openWorld({ acceptUnenrolled: true });
  await world.visit({});
  expect(world.enrolment.findings()).toMatchObject([
    { subject: 'agents', sentence: expect.stringContaining('1 guest is connected without a key') },
  ]);
  await using closed = await openWorld();
  expect(closed.enrolment.findings()).toEqual([]);
});
