import { createHash } from 'node:crypto';
import { once } from 'node:events';
import { connect, createServer, type Socket } from 'node:net';
import { type ConnectionOptions, connect as connectTls, type TLSSocket } from 'node:tls';
import { SUBPROTOCOL } from '@trimtab/protocol';
import { BINDING_BYTES, BINDING_LABEL } from '@trimtab/protocol/joining';
import { afterEach, describe, expect, it } from 'vitest';
import WebSocket from 'ws';
import { connectTls as connectAgent, type Sealed } from '../../../agent/src/io/tls-connection.ts';
import { createLine } from '../../../collector/src/coordinate/line.ts';
import { type AgentServer, startAgentServer } from '../../../collector/src/io/agent-server.ts';
import { UPGRADE_TIMEOUT_MS } from '../../../collector/src/io/agents/arrivals.ts';
import type { GuestSocket } from '../../../collector/src/ports/guest-socket.ts';
import { type KeysUnderTest, openKeys, toServerName } from './keys-under-test.ts';

const closing: (() => unknown)[] = [];
afterEach(async () => {
  for (const close of closing.splice(0).reverse()) await close();
});

async function start({ host = '127.0.0.1' } = {}) {
  const made: KeysUnderTest = await openKeys();
  closing.push(() => made[Symbol.asyncDispose]());
  const opened: GuestSocket[] = [];
  let free = 0;
  const server = await startAgentServer({
    listen: [{ host, port: 0 }],
    keys: made.keys,
    acceptUnenrolled: false,
    door: {
      findings: () => [],
      enter: () => ({
        linesUp() {},
        comesUp() {},
        greets: () => null,
        stands: () => null,
        keeps: () => null,
        waits: () => null,
        done() {},
        free() {
          free += 1;
        },
      }),
    },
    line: createLine(),
    open(socket) {
      opened.push(socket);
      return { frame() {}, text() {}, broke() {}, displaced() {}, answered() {}, closed() {} };
    },
    log: { info() {}, warn() {}, error() {} },
  });
  closing.push(() => server.close());
  return { server, made, keys: made.keys, opened, freed: () => free };
}

const portOf = (server: AgentServer) => server.ports()[0] ?? 0;

/** As an agent does: TLS, and the pin, before anything else. */
async function dial(server: AgentServer, pin: string, options: ConnectionOptions = {}): Promise<TLSSocket> {
  const socket = connectTls({
    host: '127.0.0.1',
    port: portOf(server),
    servername: toServerName(pin),
    ALPNProtocols: ['http/1.1'],
    rejectUnauthorized: false,
    ...options,
  });
  closing.push(() => socket.destroy());
  await once(socket, 'secureConnect');
  return socket;
}

const pinOf = (socket: TLSSocket) => {
  const spki = socket.getPeerX509Certificate()?.publicKey.export({ type: 'spki', format: 'der' }) ?? '';
  return createHash('sha256').update(spki).digest('base64url');
};

async function upgrade(over: Socket): Promise<WebSocket> {
  const socket = new WebSocket('ws://collector/agent', SUBPROTOCOL, { createConnection: () => over });
  closing.push(() => socket.terminate());
  await once(socket, 'open');
  return socket;
}

describe('TLS on the port of the agents', () => {
  it('has keying material that both ends know alike, and no other connection has', async () => {
    const { server, keys, opened } = await start();
    const pin = keys.all()[0]?.pin ?? '';
    const bindings = [];
    for (let nth = 0; nth < 2; nth += 1) {
      const over = await dial(server, pin);
      bindings.push(over.exportKeyingMaterial(BINDING_BYTES, BINDING_LABEL, Buffer.alloc(0)).toString('base64url'));
      await upgrade(over);
    }
    expect(opened.map(({ proof }) => proof)).toEqual(bindings.map((binding) => ({ kind: 'network', binding })));
    expect(new Set(bindings).size).toBe(2);
  });

  it('agrees on keys by what takes little memory, by whichever name it is asked, and speaks HTTP/1.1 alone', async () => {
    const { server, keys } = await start();
    for (const pin of [keys.all()[0]?.pin ?? '', 'P'.repeat(43)]) {
      const socket = await dial(server, pin);
      expect(socket.getEphemeralKeyInfo()).toMatchObject({ name: 'X25519' });
      const other = await dial(server, pin, { ecdhCurve: 'prime256v1' });
      expect(other.getEphemeralKeyInfo()).toMatchObject({ name: 'prime256v1' });
    }
    await expect(dial(server, 'P'.repeat(43), { ALPNProtocols: ['h2'] })).rejects.toThrow(/no application protocol/);
  });

  it('speaks 1.3, and nothing older', async () => {
    const { server, keys } = await start();
    const pin = keys.all()[0]?.pin ?? '';
    const socket = await dial(server, pin);
    expect([socket.getProtocol(), socket.alpnProtocol, socket.isSessionReused()]).toEqual([
      'TLSv1.3',
      'http/1.1',
      false,
    ]);
    for (const version of ['TLSv1.1', 'TLSv1.2'] as const) {
      const old = { minVersion: version, maxVersion: version, ciphers: 'DEFAULT@SECLEVEL=0' };
      await expect(dial(server, pin, old)).rejects.toThrow(/protocol version|unsupported protocol/);
    }
  });

  it('gives each agent the key that it knows while keys change, and to others the one in use', async () => {
    const { server, keys, made } = await start();
    const before = keys.all()[0]?.pin ?? '';
    const next = await keys.rotate({ overlapMs: 60_000 });
    expect(next.pin).not.toBe(before);
    expect(pinOf(await dial(server, before))).toBe(before);
    expect(pinOf(await dial(server, next.pin))).toBe(next.pin);
    expect(pinOf(await dial(server, '', { servername: '' }))).toBe(next.pin);
    expect(pinOf(await dial(server, '', { servername: 'collector.example' }))).toBe(next.pin);
    made.pass(61_000);
    expect(pinOf(await dial(server, before))).toBe(next.pin);
  });

  it('is found by an agent whose first pin the collector has no more, by another that it has still', async () => {
    const { server, keys } = await start();
    const known = keys.all()[0]?.pin ?? '';
    const next = await keys.rotate({ overlapMs: 60_000 });
    const strangers = [1, 2].map((nth) => Buffer.alloc(32, nth).toString('base64url'));
    let times = 0;
    const reached = () => {
      times += 1;
    };
    const reach = (pins: readonly string[]) =>
      new Promise<string>((resolve) => {
        const door = { kind: 'tls', host: '127.0.0.1', port: portOf(server), pins } as const;
        const sealed = ({ socket, opened }: Sealed) => {
          closing.push(() => socket.destroy());
          resolve(opened.pin);
        };
        connectAgent({ door, reached, sealed, failed: ({ code }) => resolve(String(code)) });
      });
    expect(await reach([...strangers, known])).toBe(known);
    expect(times).toBe(3);
    // What is not asked for is taken as well.
    expect(await reach([...strangers, next.pin])).toBe(next.pin);
    expect(await reach(strangers)).toBe('4417');
  });

  it('ends a connection that stops before, in the middle of, or after its handshake, in one time for all', async () => {
    const { server, keys, freed } = await start();
    const began = performance.now();
    const silent = connect(portOf(server), '127.0.0.1');
    const begun = connect(portOf(server), '127.0.0.1', () => begun.write(Buffer.from([0x16, 3, 1, 2, 0, 1])));
    const headless = await dial(server, keys.all()[0]?.pin ?? '');
    headless.write('GET /agent HTTP/1.1\r\nhost: a\r\n');
    // A byte now and then is no progress.
    const drip = setInterval(() => headless.write('x'), 500);
    closing.push(() => clearInterval(drip));
    const slow = connect(portOf(server), '127.0.0.1', () => slow.write(Buffer.from([0x16])));
    const dripping = setInterval(() => slow.write(Buffer.from([3])), 500);
    closing.push(() => clearInterval(dripping));
    const sockets = [silent, begun, headless, slow];
    for (const socket of sockets) socket.on('error', () => {}).resume();
    // Not `once`, which fails where a drip meets the end.
    await Promise.all(sockets.map((socket) => new Promise((resolve) => socket.once('close', resolve))));
    const tookMs = performance.now() - began;
    expect(tookMs).toBeGreaterThan(UPGRADE_TIMEOUT_MS * 0.9);
    while (freed() < 4) await new Promise((resolve) => setTimeout(resolve, 10));
  });

  it('what is no TLS, or breaks off, ends its own connection alone', async () => {
    const { server, keys, opened, freed } = await start();
    for (const bytes of [[0x16, 3, 1, 0, 4, 9, 9, 9, 9], [0x16, 0xff, 0xff, 0xff, 0xff], [0x17, 3, 3, 0, 1, 0], [0]]) {
      const socket = connect(portOf(server), '127.0.0.1', () => socket.write(Buffer.from(bytes)));
      socket.on('error', () => {}).resume();
      await once(socket, 'close');
    }
    const broken = connect(portOf(server), '127.0.0.1', () => broken.end(Buffer.from([0x16, 3])));
    broken.on('error', () => {}).resume();
    await once(broken, 'close');
    while (freed() < 5) await new Promise((resolve) => setTimeout(resolve, 10));
    await upgrade(await dial(server, keys.all()[0]?.pin ?? ''));
    expect(opened).toHaveLength(1);
  });

  it('answers hundreds that come at once, each with its own', async () => {
    const { server, keys, opened } = await start();
    const pin = keys.all()[0]?.pin ?? '';
    await Promise.all(Array.from({ length: 200 }, async () => upgrade(await dial(server, pin))));
    const bindings = opened.map(({ proof }) => (proof.kind === 'network' ? proof.binding : ''));
    expect(new Set(bindings).size).toBe(200);
  });
});

describe('without TLS', () => {
  it.each(['127.0.0.1', '127.9.9.9', '::1'])('this host is served, by %s', async (host) => {
    const { server, opened } = await start({ host });
    const over = connect(portOf(server), host);
    await upgrade(over);
    expect(opened.map(({ proof }) => proof)).toEqual([{ kind: 'network', binding: 'plain' }]);
  });

  it('what came in the first packet, in pieces, is all there', async () => {
    const { server, opened } = await start();
    const socket = connect(portOf(server), '127.0.0.1');
    closing.push(() => socket.destroy());
    const head = `GET /agent HTTP/1.1\r\nhost: a\r\nconnection: upgrade\r\nupgrade: websocket\r\nsec-websocket-version: 13\r\nsec-websocket-key: dGhlIHNhbXBsZSBub25jZQ==\r\nsec-websocket-protocol: ${SUBPROTOCOL}\r\n\r\n`;
    for (const letter of head) {
      socket.write(letter);
      await new Promise(setImmediate);
    }
    const [answer] = await once(socket, 'data');
    expect(String(answer)).toMatch(/^HTTP\/1\.1 101 /);
    expect(opened).toHaveLength(1);
  });
});

it('of several addresses, one that cannot be listened on closes all', async () => {
  const made = await openKeys();
  closing.push(() => made[Symbol.asyncDispose]());
  const taken = createServer().listen(0, '127.0.0.1');
  await once(taken, 'listening');
  closing.push(() => taken.close());
  const { port } = taken.address() as { port: number };
  const first = createServer().listen(0, '127.0.0.1');
  await once(first, 'listening');
  const free = (first.address() as { port: number }).port;
  await new Promise((resolve) => first.close(resolve));
  const start = startAgentServer({
    listen: [
      { host: '127.0.0.1', port: free },
      { host: '127.0.0.1', port },
    ],
    keys: made.keys,
    acceptUnenrolled: false,
    door: { findings: () => [], enter: () => Promise.reject() as never },
    open: () => Promise.reject() as never,
    line: createLine(),
    log: { info() {}, warn() {}, error() {} },
  });
  await expect(start).rejects.toMatchObject({ detail: { code: 'cannot-listen', subject: `127.0.0.1:${port}` } });
  const again = createServer().listen(free, '127.0.0.1');
  await once(again, 'listening');
  again.close();
});
