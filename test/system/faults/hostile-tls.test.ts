import { randomUUID } from 'node:crypto';
import { once } from 'node:events';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { connect, type TLSSocket } from 'node:tls';
import {
  type Challenge,
  type FromGuest,
  type FromHost,
  fromGuestCodec,
  fromHostCodec,
  type Hello,
  SUBPROTOCOL,
  SUPPORTED,
  UNPROVEN,
} from '@trimtab/protocol';
import { BINDING_BYTES, BINDING_LABEL, readToken } from '@trimtab/protocol/joining';
import * as fc from 'fast-check';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { WebSocket } from 'ws';
import { FROM_GUEST } from '../../protocol/example-messages.ts';
import { hostileFrames } from '../../protocol/hostile-frames.ts';
import { answerChallenge, showKey } from '../../support/joining/answer-challenge.ts';
import { keyOfSecret, makeGuestKey } from '../../support/joining/guest-key.ts';
import { type CollectorUnderTest, startCollectorProgram } from '../../support/programs/collector.ts';
import { seedsFor, underSeed } from '../../support/seeds.ts';

// A collector as it is installed, and frames that are random or nearly right over TLS, to sessions in each state.

/** To each state. Nearly each ends its session, so that the next needs another handshake: `npm test` tries a sample. */
const FRAMES = process.env.TRIMTAB_SOAK_SEEDS === undefined ? 150 : 34_000;
const AT_ONCE = 4;
/** A guest that says hello too often is told to come later: there are so many that none does. */
const GUESTS = Array.from({ length: 100 }, () => ({ own: makeGuestKey(), productUuid: randomUUID() as string }));
let turn = 0;

let directory: string;
let collector: CollectorUnderTest;
let token: { readonly pin: string; readonly secret: string };

beforeAll(async () => {
  directory = await mkdtemp(join(tmpdir(), 'trimtab-hostile-tls-'));
  // All of these come from one address.
  const args = ['--strangers-per-address', '60000', '--strangers', '1000', '--connections-per-address', '60000'];
  collector = await startCollectorProgram({ directory, takesUnenrolled: false, args });
  const { stdout } = await collector.trimtab('enroll', '--uses', `${GUESTS.length}`, '--json');
  const read = readToken((JSON.parse(stdout) as { readonly token: string }).token);
  if (read.kind !== 'token') throw new Error(`no token: ${stdout}`);
  token = read.token;
  for (const _ of GUESTS) {
    const session = await open();
    await session.greet(token.secret);
    session.end();
  }
});
afterAll(async () => {
  await collector?.[Symbol.asyncDispose]();
  await rm(directory, { recursive: true, force: true });
});

interface Session {
  send(frame: Uint8Array): void;
  /** Resolves with the challenge. */
  hello(): Promise<readonly [Hello, Challenge]>;
  greet(secret?: string): Promise<void>;
  closed(): { readonly code: number; readonly reason: string } | null;
  readonly ended: Promise<unknown>;
  /** Has the other end heard all that was sent? */
  ping(): Promise<unknown>;
  end(): void;
}

async function open(): Promise<Session> {
  const sealed = connect({
    port: collector.agentPort,
    host: '127.0.0.1',
    rejectUnauthorized: false,
    ALPNProtocols: ['http/1.1'],
  });
  await once(sealed, 'secureConnect');
  const socket = new WebSocket('wss://127.0.0.1/agent', SUBPROTOCOL, { createConnection: () => sealed });
  let closed: { code: number; reason: string } | null = null;
  const ended = new Promise<void>((resolve) =>
    socket.on('close', (code, reason) => {
      closed = { code, reason: reason.toString() };
      resolve();
    }),
  );
  socket.on('error', () => {});
  await once(socket, 'open');
  const send = (frame: Uint8Array) => socket.send(frame, () => {});
  const say = (message: FromGuest) => send(fromGuestCodec.encode(message));
  const hears = async <Type extends FromHost['type']>(type: Type): Promise<Extract<FromHost, { type: Type }>> => {
    for (;;) {
      const [frame] = await Promise.race([once(socket, 'message'), ended.then(() => [null])]);
      if (frame === null) throw new Error(`no ${type}: closed with ${JSON.stringify(closed)}`);
      const decoded = fromHostCodec.decode(frame as Buffer);
      if (decoded.kind === 'message' && decoded.message.type === type)
        return decoded.message as Extract<FromHost, { type: Type }>;
    }
  };
  const { own, productUuid } = nextGuest();
  const hello = async () => {
    const guest = { hostname: 'hostile', productUuid, machineId: null, bootId: null };
    const said: Hello = {
      type: 'hello',
      ...UNPROVEN,
      versions: SUPPORTED,
      agentVersion: '0.0.0-test',
      guest,
      ...showKey(own, token.pin),
    };
    say(said);
    return [said, await hears('challenge')] as const;
  };
  return {
    send,
    hello,
    async greet(secret) {
      const [said, challenge] = await hello();
      const join = secret === undefined ? null : keyOfSecret(secret);
      say(answerChallenge({ hello: said, challenge, own, token: join, binding: toBinding(sealed) }));
      await hears('welcome');
    },
    closed: () => closed,
    ended,
    ping: () => {
      socket.ping();
      return Promise.race([once(socket, 'pong'), ended]);
    },
    end: () => socket.terminate(),
  };
}

function nextGuest() {
  turn += 1;
  const guest = GUESTS[turn % GUESTS.length];
  if (guest === undefined) throw new Error('there is no guest');
  return guest;
}

function toBinding(socket: TLSSocket): string {
  return socket.exportKeyingMaterial(BINDING_BYTES, BINDING_LABEL, Buffer.alloc(0)).toString('base64url');
}

const STATES: Readonly<Record<string, (session: Session) => Promise<unknown>>> = {
  'that has said nothing': async () => {},
  'that is to prove its key': (session) => session.hello(),
  'that was greeted': (session) => session.greet(),
};
const HOSTILE = hostileFrames(FROM_GUEST.map((message) => fromGuestCodec.encode(message)));

it.each(seedsFor({ suite: 1 }).flatMap((seed) => Object.keys(STATES).map((state) => ({ seed, state }))))(
  `${FRAMES} hostile frames over TLS to a session $state: each is a message or closes it (seed $seed)`,
  ({ seed, state }) => underSeed(seed, () => attack({ seed, enter: STATES[state] as never })),
);

async function attack({ seed, enter }: { seed: number; enter: (session: Session) => Promise<unknown> }): Promise<void> {
  const frames = fc.sample(HOSTILE, { numRuns: FRAMES, seed }).values();
  let refused = 0;

  async function sendSome(): Promise<void> {
    let session: Session | null = null;
    for (const frame of frames) {
      if (session === null) {
        session = await open();
        await enter(session);
      }
      session.send(frame);
      await session.ping();
      const closed = session.closed();
      if (closed === null) continue;
      expect(closed.code, closed.reason).toBeGreaterThanOrEqual(4400);
      expect(closed.code).toBeLessThan(4500);
      expect(closed.reason).not.toBe('');
      refused += 1;
      session = null;
    }
    session?.end();
  }
  await Promise.all(Array.from({ length: AT_ONCE }, sendSome));
  expect(refused).toBeGreaterThan(FRAMES / 2);
  const last = await open();
  await last.greet();
  last.end();
  expect(collector.program.output()).not.toContain('"level":50');
}
