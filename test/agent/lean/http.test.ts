import type { EventEmitter } from 'node:events';
import { once } from 'node:events';
import { type AddressInfo, connect, createServer, type Socket } from 'node:net';
import { afterEach, expect, it } from 'vitest';

// Plain JavaScript, without types: it exists in the bundle only.
const lean = await import(new URL('../../../agent/lean/http.mjs', import.meta.url).href);

const open: { close(): void }[] = [];
afterEach(() => {
  for (const each of open.splice(0)) each.close();
});

/** As ws connects: the path is the request's, not a socket's. */
function createConnection(options: { host: string; port: number; path?: string | undefined }): Socket {
  options.path = undefined;
  return connect({ host: options.host, port: options.port });
}

/** A handshake with a server that answers by hand; what became of it. */
async function shake(
  answer: (socket: Socket) => void,
  timeout?: number,
): Promise<[event: string, ...values: unknown[]]> {
  const server = createServer((socket) => {
    open.push({ close: () => socket.destroy() });
    socket.on('error', () => {});
    socket.once('data', (data) => {
      expect(data.toString()).toMatch(
        /^GET \/agent HTTP\/1\.1\r\nHost: 127\.0\.0\.1:\d+\r\nUpgrade: websocket\r\n\r\n$/,
      );
      answer(socket);
    });
  }).listen(0, '127.0.0.1');
  open.push(server);
  await once(server, 'listening');
  const { port } = server.address() as AddressInfo;
  const headers = { Upgrade: 'websocket' };
  const options = { host: '127.0.0.1', port, path: '/agent', headers, timeout, createConnection };
  const request: EventEmitter = lean.request(options);
  return new Promise((resolve) => {
    for (const event of ['upgrade', 'response', 'timeout', 'error'])
      request.on(event, (...values) => resolve([event, ...values]));
  });
}

it('hands over the socket, with what came after the head, however it was cut', async () => {
  const head = 'HTTP/1.1 101 Switching Protocols\r\nUpgrade: websocket\r\nSec-WebSocket-Accept:  abc= \r\n\r\n';
  const [event, answer, socket, rest] = await shake((peer) => {
    peer.setNoDelay();
    peer.write(head.slice(0, 50));
    setTimeout(() => peer.write(`${head.slice(50)}\u0001\u0002`), 20);
  });
  expect(event).toBe('upgrade');
  expect(answer).toEqual({ statusCode: 101, headers: { upgrade: 'websocket', 'sec-websocket-accept': 'abc=' } });
  expect(rest).toEqual(Buffer.from([1, 2]));
  (socket as Socket).destroy();
});

it('tells a refusal', async () => {
  const [event, answer] = await shake((peer) => peer.end('HTTP/1.1 403 Forbidden\r\nContent-Length: 0\r\n\r\n'));
  expect([event, answer]).toEqual(['response', { statusCode: 403, headers: { 'content-length': '0' } }]);
});

it.each([
  ['SSH-2.0-OpenSSH_9.2\r\n\r\n', 'the answer is not HTTP'],
  ['HTTP/1.1 101 OK\r\nno colon\r\n\r\n', 'the answer is not HTTP'],
  ['x'.repeat(17 * 1024), 'the answer has no end of its head'],
  ['HTTP/1.1 101', 'socket hang up'],
])('does not go on after %j', async (said, message) => {
  const [event, error] = await shake((peer) => peer.end(said));
  expect([event, (error as Error).message]).toEqual(['error', message]);
});

it('tells that nothing comes', async () => {
  expect((await shake(() => {}, 50))[0]).toBe('timeout');
});
