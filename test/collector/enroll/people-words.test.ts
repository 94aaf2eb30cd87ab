import { once } from 'node:events';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { type FromHost, fromGuestCodec, fromHostCodec, SUBPROTOCOL, SUPPORTED, UNPROVEN } from '@trimtab/protocol';
import { readToken } from '@trimtab/protocol/joining';
import { afterEach, beforeEach, expect, it } from 'vitest';
import { WebSocket } from 'ws';
import type { DeedsView, HostKeysView } from '../../../collector/src/model/enrolment.ts';
import type { GuestsView } from '../../../collector/src/model/status.ts';
import { answerChallenge, showKey } from '../../support/joining/answer-challenge.ts';
import { type GuestKeyPair, keyOfSecret, makeGuestKey } from '../../support/joining/guest-key.ts';
import { type CollectorUnderTest, startCollectorProgram } from '../../support/programs/collector.ts';

// The verbs of people, at a collector as it is installed, and what guests see of them.

const [UUID, OTHER_UUID] = ['12345678-1234-4234-8234-123456789012', '12345678-1234-4234-8234-000000000000'];

let directory: string;
let collector: CollectorUnderTest;

beforeEach(async () => {
  directory = await mkdtemp(join(tmpdir(), 'trimtab-words-'));
  collector = await startCollectorProgram({ directory, takesUnenrolled: false });
});
afterEach(async () => {
  await collector?.[Symbol.asyncDispose]();
  await rm(directory, { recursive: true, force: true });
});

async function say<Answer>(...words: readonly string[]): Promise<Answer> {
  const { exitCode, stdout, stderr } = await collector.trimtab(...words, '--json');
  if (exitCode !== 0) throw new Error(`${words.join(' ')}: ${stdout}${stderr}`);
  return JSON.parse(stdout) as Answer;
}

interface Visit {
  readonly own: GuestKeyPair;
  readonly pin: string;
  readonly secret?: string;
  readonly productUuid?: string;
  /** What it makes where it is asked for another key. */
  readonly next?: GuestKeyPair;
}

/** A guest that connects: it is called so, or sent away with this code; what else it hears, and how it ends. */
async function visit({ own, pin, secret, productUuid = UUID, next }: Visit) {
  const socket = new WebSocket(`ws://127.0.0.1:${collector.agentPort}/agent`, SUBPROTOCOL);
  const ended = once(socket, 'close').then(([code, reason]) => ({ code: code as number, reason: String(reason) }));
  const heard: FromHost[] = [];
  await once(socket, 'open');
  const guest = { hostname: 'till', productUuid, machineId: null, bootId: productUuid };
  const hello = {
    type: 'hello',
    ...UNPROVEN,
    versions: SUPPORTED,
    agentVersion: '0.0.0-test',
    guest,
    ...showKey(own, pin),
  } as const;
  const hears = async (type: FromHost['type']): Promise<FromHost> => {
    for (;;) {
      const found = heard.find((message) => message.type === type);
      if (found !== undefined) return found;
      await once(socket, 'message');
    }
  };
  socket.on('message', (frame: Buffer) => {
    const decoded = fromHostCodec.decode(frame);
    if (decoded.kind !== 'message') return;
    const { message } = decoded;
    heard.push(message);
    if (message.type !== 'challenge') return;
    const token = secret === undefined ? null : keyOfSecret(secret);
    const renewed = message.renew ? (next ?? null) : null;
    socket.send(fromGuestCodec.encode(answerChallenge({ hello, challenge: message, own, token, renewed })));
  });
  socket.send(fromGuestCodec.encode(hello));
  const first = await Promise.race([hears('welcome'), ended]);
  const name = 'type' in first && first.type === 'welcome' ? first.guest : null;
  return { name, ended, hears, leave: () => socket.close() };
}

/** Other guests may run on this host. */
async function ownGuests(): Promise<GuestsView> {
  const view = await say<GuestsView>('guests');
  return { ...view, guests: view.guests.filter(({ agent }) => agent !== null) };
}

async function enroll(guest: string) {
  const { token } = await say<{ token: string }>('enroll', guest);
  const read = readToken(token);
  if (read.kind !== 'token') throw new Error(`no token: ${token}`);
  return read.token;
}

/** `shop`, which has joined and is connected. */
async function joined() {
  const { pin, secret } = await enroll('shop');
  const own = makeGuestKey();
  const shop = await visit({ own, pin, secret });
  expect(shop.name).toBe('shop');
  return { own, pin, shop };
}

it('a copy is held, told of with the one command, and by it becomes a guest of its own, with a key of its own', async () => {
  const { own, pin, shop } = await joined();
  const copy = { own, pin, productUuid: OTHER_UUID, next: makeGuestKey() };
  expect((await (await visit(copy)).ended).code).toBe(4413);
  const { held } = await ownGuests();
  expect(held).toMatchObject([{ hostname: 'till', productUuid: OTHER_UUID, keyOf: 'shop', approvedBy: null }]);
  const id = held[0]?.id ?? '';
  const { stdout } = await collector.trimtab('guests');
  expect(stdout.replaceAll(/\s+/g, ' ')).toContain(`trimtab guests approve ${id}`);
  expect((await collector.trimtab('guests', 'approve', id, '--as', 'shop')).exitCode).toBe(1);
  // Dismissed, it is told so, and what takes that back is as dismiss says.
  const dismissed = await collector.trimtab('guests', 'dismiss', id);
  expect((await (await visit(copy)).ended).reason).toContain(`dismissed by a person`);
  expect(await ownGuests()).toMatchObject({
    held: [],
    findings: expect.arrayContaining([expect.objectContaining({ subject: 'dismissed' })]),
  });
  expect(dismissed.stdout.replaceAll(/\s+/g, ' ')).toContain(`trimtab guests approve ${id}`);
  await say('guests', 'approve', id, '--as', 'shop-2');
  const admitted = await visit(copy);
  expect(admitted.name).toBe('shop-2');
  admitted.leave();
  await admitted.ended;
  // By the new key from then on; the first guest was there all the while.
  expect((await visit({ ...copy, own: copy.next })).name).toBe('shop-2');
  const { guests, held: none } = await ownGuests();
  expect(guests.map(({ name, state, proof }) => [name, state, proof])).toEqual([
    ['shop', 'connected', 'key'],
    ['shop-2', 'connected', 'key'],
  ]);
  expect(none).toEqual([]);
  shop.leave();
});

it('a guest that is revoked is sent away and stays out, until it is reinstated', async () => {
  const { own, pin, shop } = await joined();
  await say('guests', 'revoke', 'shop');
  expect((await shop.ended).code).toBe(4403);
  expect((await (await visit({ own, pin })).ended).code).toBe(4403);
  const { pin: _, secret } = await enroll('shop');
  expect((await (await visit({ own, pin, secret })).ended).code).toBe(4403);
  expect((await ownGuests()).guests).toMatchObject([{ name: 'shop', isRevoked: true }]);
  await say('guests', 'reinstate', 'shop');
  expect((await visit({ own, pin })).name).toBe('shop');
});

it('a guest is called as a person says, and one that is forgotten leaves its key and its name', async () => {
  const { own, pin, shop } = await joined();
  await say('guests', 'rename', 'shop', 'corner shop');
  expect((await ownGuests()).guests).toMatchObject([{ name: 'corner shop', state: 'connected' }]);
  shop.leave();
  await shop.ended;
  const again = await visit({ own, pin });
  expect(again.name).toBe('corner shop');
  again.leave();
  await again.ended;
  await say('forget', 'corner shop', '--yes');
  expect((await (await visit({ own, pin })).ended).code).toBe(4404);
  const { secret } = await enroll('corner shop');
  expect((await visit({ own, pin, secret })).name).toBe('corner shop');
});

it('a token is spent, over, or withdrawn, and each is told as that', async () => {
  const { pin } = await joined();
  const one = await enroll('till-2');
  const knock = async (secret: string) => {
    const { name, ended, leave } = await visit({ own: makeGuestKey(), pin, secret, productUuid: OTHER_UUID });
    if (name !== null) leave();
    return (await ended).code;
  };
  const [first] = (await say<{ enrolments: { id: string }[] }>('enroll', '--list')).enrolments;
  await say('enroll', '--withdraw', first?.id ?? '');
  expect(await knock(one.secret)).toBe(4412);
  const two = await enroll('till-2');
  expect(await knock(two.secret)).not.toBe(4411);
  expect(await knock(two.secret)).toBe(4411);
});

it('a key that is changed is told to who is connected, and what was done is told with who had it done', async () => {
  const { own, pin, shop } = await joined();
  expect(await shop.hears('collector')).toMatchObject({ pins: [pin] });
  const { keys } = await say<HostKeysView>('keys', 'rotate', '--overlap', '1d');
  expect(keys.map((key) => [key.pin === pin, key.until === null])).toEqual([
    [false, true],
    [true, false],
  ]);
  shop.leave();
  await shop.ended;
  // By the pin that it knows, for as long as the overlap is.
  const back = await visit({ own, pin });
  expect(await back.hears('collector')).toMatchObject({ pins: keys.map((key) => key.pin) });
  const { deeds } = await say<DeedsView>('history', '--deeds');
  expect(deeds.map(({ kind, subject, askedBy }) => [kind, subject, askedBy])).toEqual([
    ['rotate-key', keys[0]?.pin, { kind: 'socket' }],
    ['enroll', 'shop', { kind: 'socket' }],
  ]);
});
