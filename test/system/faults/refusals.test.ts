import { mkdir, mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import { readToken, type Token } from '@trimtab/protocol/joining';
import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest';
import type { GuestsView } from '../../../collector/src/model/status.ts';
import { type CollectorUnderTest, startCollectorProgram } from '../../support/programs/collector.ts';
import {
  closeOpened,
  copyOf,
  encrypted,
  enroll,
  type Guest,
  joins,
  killed,
  opened,
  openGuest,
  plain,
  rowOf,
  say,
  untilSaid,
  untilState,
} from './joining-scene.ts';

// Both programs as they are installed: who is refused, with which sentence and remedy at the guest, and what the host
// shows of it. Over TLS where the address is a name, over plain loopback where it is 127.0.0.1.

let directory: string;
/** Two on one host. */
let collector: CollectorUnderTest;
let other: CollectorUnderTest;

beforeAll(async () => {
  directory = await mkdtemp(join(tmpdir(), 'trimtab-refusals-'));
  [collector, other] = await Promise.all([start('one', false), start('other', true)]);
});
afterEach(closeOpened);
afterAll(async () => {
  for (const each of [collector, other]) await each?.[Symbol.asyncDispose]();
  await rm(directory, { recursive: true, force: true });
});

async function start(name: string, takesUnenrolled: boolean): Promise<CollectorUnderTest> {
  await mkdir(join(directory, name));
  // All of these guests come from one address, within a minute.
  const args = ['--strangers', '1000', '--strangers-per-address', '1000'];
  return startCollectorProgram({ directory: join(directory, name), takesUnenrolled, args });
}

/** As if all tokens of the collector had been made an hour ago. */
function passMinutes(): void {
  const database = new DatabaseSync(join(directory, 'one/collector/trimtab.sqlite'));
  database.exec('UPDATE enrolment SET expires_at = expires_at - 3600000');
  database.close();
}

async function joined(name: string, change = encrypted(collector), own: Parameters<typeof openGuest>[0] = {}) {
  const guest = await openGuest(own);
  const { token } = await enroll(collector, [name], change);
  await joins(guest, token);
  return guest;
}

describe('a token that lets nobody in, of the collector itself', () => {
  const cases: readonly {
    readonly what: string;
    readonly make: (way: Partial<Token>) => Promise<string>;
    readonly says: readonly string[];
  }[] = [
    {
      what: 'with the pin of another collector',
      make: async (way) => (await enroll(other, ['a'], way)).token,
      says: ['is not the collector that this guest knows: it proves another key', 'trimtab enroll GUEST'],
    },
    {
      what: 'with a secret of another collector',
      make: async (way) => {
        const read = readToken((await enroll(other)).token);
        if (read.kind !== 'token') throw new Error('no token');
        return (await enroll(collector, ['b'], { ...way, secret: read.token.secret })).token;
      },
      says: [
        'the host has made no such token, or has withdrawn it, as when its guest has joined by another (4412',
        'trimtab enroll GUEST',
      ],
    },
    {
      what: 'withdrawn',
      make: async (way) => {
        const { id, token } = await enroll(collector, ['c'], way);
        await say(collector, 'enroll', '--withdraw', id);
        return token;
      },
      says: [
        'the host has made no such token, or has withdrawn it, as when its guest has joined by another (4412',
        'trimtab enroll GUEST',
      ],
    },
    {
      what: 'over',
      make: async (way) => {
        const { token } = await enroll(collector, ['d', '--ttl', '1m'], way);
        passMinutes();
        return token;
      },
      says: ['the time of this token is over, by the clock of the host (4410', '--ttl'],
    },
    {
      what: 'used up',
      make: async (way) => {
        const { token } = await enroll(collector, [], way);
        await joins(await openGuest(), token);
        return token;
      },
      says: ['this token was used by another guest already (4411', '--uses N'],
    },
  ];
  it.each(
    cases.flatMap((each) => [
      { ...each, over: 'TLS', way: encrypted },
      { ...each, over: 'plain loopback', way: plain },
    ]),
  )('$what, over $over', async ({ make, says, way }) => {
    const guest = await openGuest();
    const { code, stderr } = await guest.join(await make(way(collector)));
    expect(code, stderr).toBe(3);
    for (const words of says) expect(stderr).toContain(words);
    expect(await guest.room.joined()).toBeNull();
  });

  it('cut or mistyped: nothing is said to the host, and nothing of the secret here', async () => {
    const { token } = await enroll(collector, ['e'], encrypted(collector));
    const guest = await openGuest();
    const letter = token.at(-12) === 'A' ? 'B' : 'A';
    const mistyped = `${token.slice(0, -12)}${letter}${token.slice(-11)}`;
    for (const [text, sentence] of [
      [token.slice(0, -9), 'its end is missing'],
      [mistyped, 'it is not as it was printed'],
    ] as const) {
      const { code, stderr } = await guest.join(text);
      expect([code, stderr]).toEqual([expect.any(Number), expect.stringContaining(sentence)]);
      expect(code).not.toBe(0);
      expect(stderr).not.toContain(text.slice(-30, -10));
    }
    // It was not used by that.
    await joins(guest, token);
  });
});

describe('where the guest cannot keep its key', () => {
  const within = (script: string) => ['unshare', '--mount', 'sh', '-ec', `${script}; exec "$@"`, 'sh'];

  it.each([
    [
      'a disk that is full',
      (folder: string) => `mount -t tmpfs -o size=16k none ${folder}; cat /dev/zero >${folder}/all 2>&- || :`,
      'no space left',
    ],
    ['a disk that is read-only', (folder: string) => `mount -t tmpfs -o ro none ${folder}`, 'read-only'],
  ])('%s: it says so and what to do, shows no token, and joins by the same one later', async (_what, mount, cause) => {
    const guest = await openGuest();
    const { token } = await enroll(collector, [], encrypted(collector));
    await mkdir(guest.room.stateDirectory, { recursive: true });
    const script = mount(guest.room.stateDirectory);
    const { code, stderr } = await guest.room.join([token], { within: within(script) });
    expect(code).toBe(1);
    expect(stderr.toLowerCase()).toContain(cause);
    expect(stderr).toContain(guest.room.stateDirectory);
    expect(stderr.trim().split('\n').length).toBeGreaterThan(1);
    await joins(guest, token);
  });
});

describe('a guest that has joined', () => {
  it('and was revoked is sent away at once and when it comes back, and is let in when it is reinstated', async () => {
    const guest = await joined('revoked');
    const agent = guest.run();
    await untilState(collector, { name: 'revoked', state: 'connected' });
    await say(collector, 'guests', 'revoke', 'revoked');
    await untilSaid(agent, /the host has revoked the key of this guest \(4403.*trimtab guests reinstate GUEST/);
    await killed(agent);
    const back = guest.run();
    await untilSaid(back, /\(4403/);
    await killed(back);
    await say(collector, 'guests', 'reinstate', 'revoked');
    guest.run();
    await untilState(collector, { name: 'revoked', state: 'connected' });
  });

  it('and was forgotten is told so, and joins anew under its name', async () => {
    const guest = await joined('forgotten');
    await say(collector, 'forget', 'forgotten', '--yes');
    const agent = guest.run();
    await untilSaid(agent, /the host does not know the key of this guest.*\(4404.*join --again TOKEN/);
    await killed(agent);
    const { token } = await enroll(collector, ['forgotten'], encrypted(collector));
    expect(await guest.join(token, '--again')).toMatchObject({
      code: 0,
      stdout: expect.stringContaining(' as forgotten;'),
    });
  });

  it('and comes without its key where guests without one are taken is told to join', async () => {
    const guest = await openGuest();
    const { token } = await enroll(other, ['plain'], plain(other));
    await joins(guest, token);
    await rm(guest.room.stateDirectory, { recursive: true });
    const agent = guest.run('--collector', `127.0.0.1:${other.agentPort}`);
    await untilSaid(agent, /the host knows this guest by a key, and no key was shown \(4415.*join --again TOKEN/);
    // One that never joined is taken there, and nowhere else.
    const stranger = await openGuest({ hostname: 'stranger' });
    stranger.run('--collector', `127.0.0.1:${other.agentPort}`);
    await untilState(other, { name: 'stranger', state: 'connected' });
    const elsewhere = (await openGuest()).run('--collector', `127.0.0.1:${collector.agentPort}`);
    await untilSaid(elsewhere, /the host takes no guest that has not joined \(4405.*trimtab enroll GUEST/);
  });
});

describe('a copy of what a guest remembers', () => {
  it.each([
    ['with another UUID', 'copied', () => ({})],
    ['with its UUID, while it answers', 'doubled', ({ productUuid }: Guest) => ({ productUuid })],
  ])('%s is held, told of, and admitted as a guest of its own, with a key of its own', async (_what, name, own) => {
    const guest = await joined(name);
    guest.run();
    await untilState(collector, { name, state: 'connected' });
    const copy = await copyOf(guest, { hostname: 'the-copy', ...own(guest) });
    const agent = copy.run();
    await untilSaid(agent, /takes this guest for a copy of another.*\(4413.*Run trimtab guests on the host/);
    const { held } = await say<GuestsView>(collector, 'guests');
    const [pending] = held.filter(({ keyOf }) => keyOf === name);
    expect(pending).toMatchObject({ hostname: 'the-copy' });
    expect((await rowOf(collector, name))?.state).toBe('connected');

    await say(collector, 'guests', 'approve', pending?.id ?? '', '--as', `${name}-2`);
    await killed(agent);
    const admitted = copy.run();
    await untilState(collector, { name: `${name}-2`, state: 'connected' });
    const renewed = async () => (await copy.room.joined())?.collectors[0]?.renewedSeed;
    await expect.poll(renewed, { timeout: 20_000, message: admitted.said() }).toBeNull();
    const [seed, copied] = await Promise.all(
      [guest, copy].map(async ({ room }) => (await room.joined())?.collectors[0]?.seed),
    );
    expect(copied).not.toBe(seed);
    expect((await rowOf(collector, name))?.state).toBe('connected');
  });

  it('of a guest that is gone takes its place, for it may be the same after a restore', async () => {
    const guest = await joined('restored');
    const agent = guest.run();
    await untilState(collector, { name: 'restored', state: 'connected' });
    await killed(agent);
    await untilState(collector, { name: 'restored', state: 'away' });
    (await copyOf(guest, { productUuid: guest.productUuid })).run();
    await untilState(collector, { name: 'restored', state: 'connected' });
  });
});

it('two collectors on one host: each guest goes to its own, whatever the other one is', async () => {
  const here = await joined('here');
  const there = await openGuest();
  const { token } = await enroll(other, ['there'], encrypted(other));
  await joins(there, token);
  here.run();
  const before = there.run();
  await untilState(collector, { name: 'here', state: 'connected' });
  await untilState(other, { name: 'there', state: 'connected' });
  expect([await rowOf(collector, 'there'), await rowOf(other, 'here')]).toEqual([undefined, undefined]);

  // What listens at the address of one is another: no word of HTTP goes there, and the guest says why.
  const { agentPort } = other;
  await other.program.kill();
  const intruder = await startCollectorProgram({
    directory: await mkdtemp(join(directory, 'third-')),
    port: agentPort,
  });
  opened.push(intruder);
  await killed(before);
  const again = there.run();
  await untilSaid(again, /it proves another key/);
  expect((await say<GuestsView>(intruder, 'guests')).guests.filter(({ agent }) => agent !== null)).toEqual([]);
});
