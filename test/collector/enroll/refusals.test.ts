import { CLOSE_CODES, type Credential } from '@trimtab/protocol';
import { Fault } from '@trimtab/protocol/shared';
import { describe, expect, it } from 'vitest';
import { REFUSED, refuseHeld } from '../../../collector/src/enroll/refusals.ts';
import { answerChallenge } from '../../support/joining/answer-challenge.ts';
import { keyOfSecret, makeGuestKey } from '../../support/joining/guest-key.ts';
import { makeHostKey } from '../../support/joining/host-keys.ts';
import { aDomain } from '../correlate/examples.ts';
import { encode } from '../link/links-under-test.ts';
import { openWorld, until, type Visit, type World } from './joined-world.ts';

const OTHER_UUID = '99999999-9999-4999-8999-999999999999';
const BY = { kind: 'socket' } as const;

it.each([...Object.entries(REFUSED), ['held', refuseHeld('12345678-1234-4234-8234-123456789012')] as const])(
  '%s fits into a close frame',
  (_, { reason }) => {
    expect(Buffer.byteLength(reason)).toBeLessThanOrEqual(123);
  },
);

async function refusalOf(world: World, visit: Visit) {
  const { socket } = await world.visit(visit);
  await until(() => socket.closed !== null);
  return socket.closed;
}

const told = ({ code, reason }: { code: number; reason: string }) => ({ code, reason });

describe('is turned away', () => {
  it('a guest without a key', async () => {
    await using world = await openWorld();
    expect(await refusalOf(world, {})).toEqual(told(REFUSED.notJoined));
    expect(await world.store.guests()).toEqual([]);
  });

  it('a key that nobody knows, with no token', async () => {
    await using world = await openWorld();
    expect(await refusalOf(world, { own: makeGuestKey() })).toEqual(told(REFUSED.unknownKey));
  });

  it('a token that was not made here, one that was withdrawn, one that is over, by the host’s clock, and one used up', async () => {
    await using world = await openWorld();
    const foreign = Buffer.alloc(16, 7).toString('base64url');
    expect(await refusalOf(world, { own: makeGuestKey(), secret: foreign })).toEqual(told(REFUSED.tokenUnknown));
    const withdrawn = await world.makeToken();
    await world.store.withdraw((await world.store.enrolments(0))[0]?.id ?? '');
    expect(await refusalOf(world, { own: makeGuestKey(), secret: withdrawn })).toEqual(told(REFUSED.tokenUnknown));
    const short = await world.makeToken({ ttlMs: 1_000 });
    world.clock.jump(1_000);
    expect(await refusalOf(world, { own: makeGuestKey(), secret: short })).toEqual(told(REFUSED.tokenExpired));
    const used = await world.makeToken();
    await world.joined({ secret: used });
    const second = { own: makeGuestKey(), secret: used, guest: { productUuid: OTHER_UUID } };
    expect(await refusalOf(world, second)).toEqual(told(REFUSED.tokenUsed));
  });

  it('a guest that was revoked, at once and whenever it comes back, and is let in when it is reinstated', async () => {
    await using world = await openWorld();
    const own = await world.joined();
    const connected = await world.visit({ own });
    const [{ id } = { id: null as never }] = world.links.guests();
    expect(await world.enrolment.revoke({ guest: id, by: BY, nowMs: 0 })).toBe(1);
    expect(connected.socket.closed).toEqual(told(REFUSED.revoked));
    expect(await refusalOf(world, { own })).toEqual(told(REFUSED.revoked));
    // Nor does leaving the key out, or another token, help.
    expect(await refusalOf(world, { own, secret: await world.makeToken() })).toEqual(told(REFUSED.revoked));
    await world.store.reinstate({ guest: id });
    expect((await world.visit({ own })).heard('welcome')).toBeDefined();
  });

  it('a guest that was revoked and comes with a new key and a token, unless that was made for it since [P8]', async () => {
    await using world = await openWorld({ domains: [aDomain({ name: 'shop' })] });
    const secret = await world.makeToken({ mostUses: 5, ttlMs: 1e9 });
    const named = await world.makeToken({ guest: 'shop', ttlMs: 1e9 });
    const other = await world.makeToken({ guest: 'till', ttlMs: 1e9 });
    const own = await world.joined({ secret });
    const { guest = null as never } = (await world.store.findKey(own.key)) ?? {};
    world.clock.jump(1_000);
    await world.enrolment.revoke({ guest, by: BY, nowMs: world.clock.now() });
    for (const before of [secret, named, other])
      expect((await refusalOf(world, { own: makeGuestKey(), secret: before }))?.code).toBe(CLOSE_CODES.held);
    expect((await world.store.held()).map(({ reason }) => reason)).toContain(
      'what it says of itself is what shop says, whose key was revoked',
    );
    expect((await world.store.keys(guest)).map(({ state }) => state)).toEqual(['revoked']);
    const since = await world.makeToken({ guest: 'shop' });
    expect((await world.visit({ own: makeGuestKey(), secret: since })).heard('welcome')).toMatchObject({
      guest: 'shop',
    });
  });

  it('a key in whose place the guest has made another', async () => {
    await using world = await openWorld({ domains: [aDomain({ name: 'shop' })] });
    const own = await world.joined({ secret: await world.makeToken({ guest: 'shop' }) });
    await world.joined({ secret: await world.makeToken({ guest: 'shop' }) });
    const refused = await refusalOf(world, { own });
    expect(refused).toEqual(told(REFUSED.replaced));
    // 4403 would send its agent to a person who has nothing to reinstate.
    expect(refused?.code).toBe(CLOSE_CODES.unknownKey);
  });

  it('a guest that has joined and leaves its key out, where guests without one are taken [P4]', async () => {
    await using world = await openWorld({ acceptUnenrolled: true });
    await world.joined();
    expect(await refusalOf(world, {})).toEqual(told(REFUSED.downgrade));
    const other = await world.visit({ guest: { productUuid: OTHER_UUID } });
    expect(other.heard('welcome')).toBeDefined();
  });

  it('a guest that was revoked and leaves its key out, where guests without one are taken, or comes by its channel', async () => {
    await using world = await openWorld({ acceptUnenrolled: true, domains: [aDomain({ key: 'libvirt:shop' })] });
    await world.joined();
    const [record] = await world.store.guests();
    await world.enrolment.revoke({ guest: record?.id as never, by: BY, nowMs: 0 });
    expect(await refusalOf(world, {})).toEqual(told(REFUSED.revoked));
    const proof = { kind: 'channel', domain: 'libvirt:shop' } as const;
    expect(await refusalOf(world, { proof })).toEqual(told(REFUSED.revoked));
  });

  it('a key with a version that has none [P4]', async () => {
    await using world = await openWorld();
    const closed = await refusalOf(world, { own: makeGuestKey(), versions: { oldest: 1, newest: 3 } });
    expect(closed?.code).toBe(CLOSE_CODES.downgrade);
  });

  it('a guest that another of its collectors runs, as long as it has others [P10]', async () => {
    await using world = await openWorld({ domains: [aDomain({ isRunning: true })] });
    const own = await world.joined();
    world.told.domains = [aDomain({ isRunning: false })];
    expect(await refusalOf(world, { own, others: 1 })).toEqual(told(REFUSED.elsewhere));
    world.told.domains = [];
    expect(await refusalOf(world, { own, others: 1 })).toEqual(told(REFUSED.elsewhere));
    expect((await world.visit({ own, others: 0 })).heard('welcome')).toBeDefined();
    world.told.isReadable = false;
    expect((await world.visit({ own, others: 1 })).heard('welcome')).toBeDefined();
  });

  it.each(['store-full', 'store-not-writable'])(
    'who joins while the host cannot store it (%s): it keeps its token',
    async (code) => {
      const broken = new Fault({ code, operation: 'use the database', subject: 'x', cause: 'x', hint: null });
      let isBroken = true;
      await using world = await openWorld({
        wrap: (store) => ({ ...store, join: (call) => (isBroken ? Promise.reject(broken) : store.join(call)) }),
      });
      const [own, secret] = [makeGuestKey(), await world.makeToken()];
      expect(await refusalOf(world, { own, secret })).toEqual(told(REFUSED.notStored));
      isBroken = false;
      expect((await world.visit({ own, secret })).heard('welcome')).toBeDefined();
    },
  );
});

describe('a signature is of one connection, one key and one purpose [P1]', () => {
  const forgers: readonly (readonly [string, (right: Credential, world: World) => Credential])[] = [
    ['by another key', (right) => ({ ...right, signature: flip(right.signature) })],
    ['of zeros', (right) => ({ ...right, signature: 'A'.repeat(86) })],
    [
      'of the token, by another key',
      (right) => ({ ...right, join: right.join && { ...right.join, key: makeGuestKey().key } }),
    ],
    ['of the token, as the guest’s', (right) => ({ ...right, signature: right.join?.signature ?? '' })],
    [
      'of the guest, as the token’s',
      (right) => ({ ...right, join: right.join && { ...right.join, signature: right.signature } }),
    ],
  ];

  it.each(forgers)('%s', async (_, forge) => {
    await using world = await openWorld();
    const secret = await world.makeToken();
    const visit = { own: makeGuestKey(), secret, forge: (right: Credential) => forge(right, world) };
    expect(await refusalOf(world, visit)).toEqual(told(REFUSED.badSignature));
    expect(await world.store.guests()).toEqual([]);
  });

  it('replayed: the credential of one connection says nothing on the next', async () => {
    await using world = await openWorld();
    const own = await world.joined();
    const first = await world.visit({ own });
    const replayed = await world.visit({ own, forge: () => first.credential as Credential });
    expect(replayed.socket.closed).toEqual(told(REFUSED.badSignature));
    expect(first.socket.closed).toBeNull();
  });

  it('replayed with its hello: the host has drawn another nonce', async () => {
    await using world = await openWorld();
    const own = await world.joined();
    const first = await world.visit({ own });
    const guest = world.connect();
    await guest.send(encode(first.hello));
    await until(() => guest.received.length > 0);
    await guest.send(encode(first.credential as Credential));
    await until(() => guest.closed !== null);
    expect(guest.closed).toEqual(told(REFUSED.badSignature));
  });

  it('relayed: it is of another TLS connection than the one that it comes by', async () => {
    await using world = await openWorld();
    const own = await world.joined();
    const proof = { kind: 'network', binding: 'E'.repeat(43) } as const;
    expect((await world.visit({ own, proof })).heard('welcome')).toBeDefined();
    const relayed = world.connect({ proof });
    const hello = world.toHello({ own });
    await relayed.send(encode(hello));
    await until(() => relayed.received.length > 0);
    const [challenge] = relayed.received;
    if (challenge?.type !== 'challenge') throw new Error('no challenge came');
    await relayed.send(encode(answerChallenge({ hello, challenge, own, binding: 'F'.repeat(43) })));
    await until(() => relayed.closed !== null);
    expect(relayed.closed).toEqual(told(REFUSED.badSignature));
  });

  it('shown to another host: its pin is in it', async () => {
    await using world = await openWorld();
    const own = await world.joined();
    const [hello, guest] = [world.toHello({ own }), world.connect()];
    await guest.send(encode(hello));
    await until(() => guest.received.length > 0);
    const [challenge] = guest.received;
    if (challenge?.type !== 'challenge') throw new Error('no challenge came');
    const ofAnother = { ...challenge, key: Buffer.alloc(91, 1).toString('base64url') };
    await guest.send(encode(answerChallenge({ hello, challenge: ofAnother, own })));
    await until(() => guest.closed !== null);
    expect(guest.closed).toEqual(told(REFUSED.badSignature));
  });

  it('with what hello said changed on the way', async () => {
    await using world = await openWorld();
    const own = await world.joined();
    const [hello, guest] = [world.toHello({ own }), world.connect()];
    await guest.send(encode(hello));
    await until(() => guest.received.length > 0);
    const [challenge] = guest.received;
    if (challenge?.type !== 'challenge') throw new Error('no challenge came');
    const changed = { ...hello, guest: { ...hello.guest, productUuid: OTHER_UUID } };
    await guest.send(encode(answerChallenge({ hello: changed, challenge, own })));
    await until(() => guest.closed !== null);
    expect(guest.closed).toEqual(told(REFUSED.badSignature));
  });
});

it('a host that has changed its key answers by the one that the guest knows, and by its own to whoever knows neither', async () => {
  await using world = await openWorld();
  const own = await world.joined();
  const [known] = world.hostKeys.keys;
  world.hostKeys.keys.unshift(makeHostKey());
  const came = await world.visit({ own, pin: known?.pin ?? '' });
  expect(came.challenge?.key).toBe(known?.publicKey);
  expect(came.heard('collector')?.pins).toEqual(world.hostKeys.keys.map(({ pin }) => pin));
  expect((await world.visit({ own, pin: 'P'.repeat(43) })).challenge?.key).toBe(world.hostKeys.keys[0]?.publicKey);
});

it('what the host keeps of a token makes no signature: the secret alone does [P5]', async () => {
  await using world = await openWorld();
  const secret = await world.makeToken();
  const [kept] = await world.store.enrolments(0);
  expect(kept?.key).toBe(keyOfSecret(secret).key);
  expect(JSON.stringify(await world.store.enrolments(0))).not.toContain(secret);
  const fromKept = Buffer.from(kept?.key ?? '', 'base64url')
    .subarray(0, 16)
    .toString('base64url');
  expect(await refusalOf(world, { own: makeGuestKey(), secret: fromKept })).toEqual(told(REFUSED.tokenUnknown));
});

function flip(signature: string): string {
  return `${signature.startsWith('A') ? 'B' : 'A'}${signature.slice(1)}`;
}
