import { randomUUID } from 'node:crypto';
import { once } from 'node:events';
import { mkdtemp, rm } from 'node:fs/promises';
import { connect, type Socket } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { connect as connectTls, type TLSSocket } from 'node:tls';
import { CLOSE_CODES, fromGuestCodec, type Hello, SUBPROTOCOL, SUPPORTED, UNPROVEN } from '@trimtab/protocol';
import { readToken } from '@trimtab/protocol/joining';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { WebSocket } from 'ws';
import { GREETING_TIMEOUT_MS } from '../../../collector/src/link/session.ts';
import { showKey } from '../../support/joining/answer-challenge.ts';
import { makeGuestKey } from '../../support/joining/guest-key.ts';
import { recordClientHello } from '../../support/programs/client-hello.ts';
import { type CollectorUnderTest, startCollectorProgram } from '../../support/programs/collector.ts';
import { strangerAddress } from '../../support/programs/stranger.ts';
import { connectPeer } from '../../support/programs/wire-peer.ts';
import { nameSeeds, seedsFor } from '../../support/seeds.ts';

// A collector as it is installed, and many who come by TLS and take their time: with the first record, the ClientHello,
// the head of the request, a frame, a credential.

const seeds = seedsFor({ suite: 1 });
/** Of each kind. `npm test` tries a sample of what the soak does. */
const EACH = process.env.TRIMTAB_SOAK_SEEDS === undefined ? 40 : 2_000;
const DRIP_MS = 300;
/** Of a machine that does much else. */
const PATIENCE = 4;

let directory: string;
let collector: CollectorUnderTest;

beforeAll(async () => {
  directory = await mkdtemp(join(tmpdir(), 'trimtab-loris-'));
  collector = await startCollectorProgram({ directory, takesUnenrolled: false });
});
afterAll(async () => {
  await collector?.[Symbol.asyncDispose]();
  await rm(directory, { recursive: true, force: true });
});

/** One connection that will not be done; resolves when the other end has had enough, with a close code if there was one. */
type Loris = (localAddress: string) => Promise<number | null>;

const HEAD = [
  'GET /agent HTTP/1.1',
  'host: a',
  'connection: upgrade',
  'upgrade: websocket',
  'sec-websocket-version: 13',
  'sec-websocket-key: dGhlIHNhbXBsZSBub25jZQ==',
  `sec-websocket-protocol: ${SUBPROTOCOL}`,
].join('\r\n');
/** RFC 6455, 5.2: a binary frame of 100 bytes, masked. */
const FRAME = Buffer.from([0x82, 0x80 | 100, 1, 2, 3, 4, ...new Array(100).fill(0)]);

const LORISES: Readonly<Record<string, Loris>> = {
  'says nothing': async (localAddress) => untilEnd(raw(localAddress)),
  'says one byte of TLS': async (localAddress) => {
    const socket = raw(localAddress);
    socket.write(Buffer.from([0x16]));
    return untilEnd(socket);
  },
  'drips its ClientHello': async (localAddress) => drip(raw(localAddress), await recordClientHello()),
  'drips the head of its request': async (localAddress) =>
    drip(await encrypted(localAddress), Buffer.from(`${HEAD}\r\nx-pad: ${'x'.repeat(500)}`)),
  'drips a frame': async (localAddress) => {
    const socket = await encrypted(localAddress);
    socket.write(`${HEAD}\r\n\r\n`);
    return drip(socket, FRAME);
  },
  'never answers its challenge': async (localAddress) => {
    const socket = new WebSocket(`wss://127.0.0.1:${collector.agentPort}/agent`, SUBPROTOCOL, {
      rejectUnauthorized: false,
      localAddress,
    });
    socket.on('error', () => {});
    const ended = once(socket, 'close');
    socket.once('open', () => socket.send(fromGuestCodec.encode(aHello())));
    const [code] = await ended;
    return code as number;
  },
};

function aHello(): Hello {
  const guest = { hostname: 'slow', productUuid: randomUUID(), machineId: null, bootId: null };
  const key = showKey(makeGuestKey(), 'P'.repeat(43));
  return { type: 'hello', ...UNPROVEN, versions: SUPPORTED, agentVersion: '0.0.0-test', guest, ...key };
}

function raw(localAddress: string): Socket {
  return connect({ port: collector.agentPort, host: '127.0.0.1', localAddress }).on('error', () => {});
}

async function encrypted(localAddress: string): Promise<TLSSocket> {
  const socket = connectTls({ socket: raw(localAddress), rejectUnauthorized: false, ALPNProtocols: ['http/1.1'] });
  socket.on('error', () => {});
  const secured = new Promise<void>((resolve) => socket.once('secureConnect', resolve));
  await Promise.race([secured, untilEnd(socket)]);
  return socket;
}

async function drip(socket: Socket, bytes: Buffer): Promise<null> {
  let at = 0;
  const dripping = setInterval(() => {
    socket.write(bytes.subarray(at, at + 1));
    // Never the last byte.
    at = Math.min(at + 1, bytes.length - 1);
  }, DRIP_MS);
  await untilEnd(socket);
  clearInterval(dripping);
  return null;
}

/** However it ends: `once` of node:events rejects where one writes to a connection that was cut just now. */
async function untilEnd(socket: Socket): Promise<null> {
  socket.resume();
  if (!socket.destroyed) await new Promise<void>((resolve) => socket.once('close', () => resolve()));
  return null;
}

it.concurrent.each(Object.entries(LORISES))(
  `${EACH} of whom each %s are gone in time, and one joins meanwhile (${nameSeeds(seeds)})`,
  async (_what, come) => {
    const beganMs = performance.now();
    const ends = Array.from({ length: EACH }, (_, index) => come(strangerAddress(index)));
    await joinAndLeave();
    const codes = new Set(await Promise.all(ends));
    expect(performance.now() - beganMs).toBeLessThan(PATIENCE * GREETING_TIMEOUT_MS);
    // Whose place was needed is told that, or cut.
    for (const code of codes) expect([null, CLOSE_CODES.greetingTimeout, CLOSE_CODES.tryLater, 1006]).toContain(code);
    await joinAndLeave();
    expect(collector.program.hasEnded()).toBe(false);
    expect(collector.program.output()).not.toContain('"level":50');
  },
  120_000,
);

async function joinAndLeave(): Promise<void> {
  const { stdout } = await collector.trimtab('enroll', '--json');
  const read = readToken((JSON.parse(stdout) as { readonly token: string }).token);
  if (read.kind !== 'token') throw new Error(`no token: ${stdout}`);
  const { pin, secret } = read.token;
  const guest = { hostname: 'honest', productUuid: randomUUID() };
  const membership = { own: makeGuestKey(), secret, pin };
  const come = () => connectPeer({ port: collector.agentPort, collector: collector.program, guest, membership });
  // It takes its place among them, and may be cut for one of theirs: as an agent does, it comes again.
  const peer = await come().catch(come).catch(come);
  await peer.leave();
}
