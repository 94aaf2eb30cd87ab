import { once } from 'node:events';
import { mkdtemp, rm } from 'node:fs/promises';
import { request } from 'node:http';
import { connect, createServer, type Socket } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { createApi } from '../../../collector/src/api/create-api.ts';
import { ALL_ROUTES } from '../../../collector/src/api/routes.ts';
import { startApi } from '../../../collector/src/io/api-server.ts';
import { clock } from '../../../collector/src/io/clock.ts';
import { createFakeDesk, REQUEST_ID } from './fake-desk.ts';
import { bearing, createNetworkDoor, TOKENS } from './network-door.ts';
import { createRecordedLog } from './served-desk.ts';

// The API on TCP, as a page in a browser of this host would reach it.

let folder: string;
let port: number;
let api: { close(): Promise<void> };
const desk = createFakeDesk();

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'trimtab-foreign-'));
  port = await freePort();
  const { log } = createRecordedLog();
  api = await startApi({
    socket: { path: join(folder, 'api'), fetch: createApi({ desk, clock, log, door: { face: 'socket' } }).fetch },
    tcp: [
      {
        host: '127.0.0.1',
        port,
        keys: null,
        fetch: createApi({ desk, clock, log, door: createNetworkDoor() }).fetch,
      },
    ],
    metrics: null,
  });
});
afterAll(async () => {
  await api?.close();
  await rm(folder, { recursive: true });
});

const OWN = () => ({ host: `127.0.0.1:${port}`, ...bearing(TOKENS.admin) });
const JSON_TYPE = { 'content-type': 'application/json' };
const ASK = { method: 'POST', path: '/v1/requests', body: '{"guest":"web-1"}' };
const CANCEL = { method: 'POST', path: `/v1/requests/${REQUEST_ID}/cancel`, body: '' };
const READ = { method: 'GET', path: '/v1/guests', body: '' };

describe.each([{ asked: ASK }, { asked: CANCEL }, { asked: READ }])('$asked.method $asked.path', ({ asked }) => {
  it.each<[string, Readonly<Record<string, string>>]>([
    ['a name that was made to lead here', { host: 'evil.example', origin: 'http://evil.example' }],
    ['such a name without an origin', { host: 'evil.example:80' }],
    ['a name that begins like ours', { host: '127.0.0.1.evil.example' }],
    ['another name that begins like ours', { host: 'localhost.evil.example' }],
    ['another address', { host: '192.0.2.1' }],
    ['a page of elsewhere', { origin: 'http://evil.example' }],
    ['a page of another port', { origin: 'http://127.0.0.1:8080' }],
    ['a page that does not say', { origin: 'null' }],
    ['a browser that says so', { 'sec-fetch-site': 'cross-site' }],
    ['a page of a neighbour', { 'sec-fetch-site': 'same-site' }],
  ])('is refused to %s, and nothing happens', async (_, headers) => {
    const before = JSON.stringify(desk.asked);
    const answer = await send(asked, { ...OWN(), ...JSON_TYPE, ...headers });
    expect(answer.status).toBe(403);
    expect(JSON.parse(answer.text).error).toMatchObject({
      code: 'foreign-request',
      hint: expect.stringContaining('127.0.0.1'),
    });
    expect(JSON.stringify(desk.asked)).toBe(before);
  });

  it.each<[string, () => Readonly<Record<string, string>>]>([
    ['this host by its address', OWN],
    ['localhost, whatever port led here', () => ({ ...OWN(), host: 'localhost:9' })],
    ['IPv6', () => ({ ...OWN(), host: '[::1]:7462' })],
    ['a page of our own', () => ({ ...OWN(), origin: `http://127.0.0.1:${port}`, 'sec-fetch-site': 'same-origin' })],
    ['who types the address', () => ({ ...OWN(), 'sec-fetch-site': 'none' })],
  ])('is answered to %s', async (_, headers) => {
    expect((await send(asked, { ...headers(), ...JSON_TYPE })).status).toBeLessThan(300);
  });
});

it('a host that is none is no request at all', async () => {
  expect((await send(ASK, { ...OWN(), ...JSON_TYPE, host: 'localhost@evil.example' })).status).toBe(400);
  const socket = connect(port, '127.0.0.1');
  socket.write('GET /v1/guests HTTP/1.1\r\n\r\n');
  const [head] = await once(socket.setEncoding('utf8'), 'data');
  expect(head).toMatch(/^HTTP\/1\.1 400 /);
  socket.destroy();
});

it('everything that changes something takes JSON alone, also where it reads no body', async () => {
  const posts = ALL_ROUTES.filter(([, { method, face }]) => method === 'POST' && face === 'network');
  expect(posts.length).toBeGreaterThan(1);
  for (const [, { path }] of posts)
    for (const type of [
      null,
      'text/plain',
      'text/plain; application/json',
      'application/x-www-form-urlencoded',
      'application/jsonp',
    ]) {
      const asked = { method: 'POST', path: path.replace(':id', REQUEST_ID), body: '{"guest":"web-1"}' };
      const answer = await send(asked, { ...OWN(), ...(type === null ? {} : { 'content-type': type }) });
      expect({ path, type, status: answer.status }).toEqual({ path, type, status: 400 });
    }
});

it('a body, a header and a number of connections over the bound are refused', async () => {
  const body = JSON.stringify({ guest: 'w'.repeat(100_000) });
  expect((await send({ ...ASK, body }, { ...OWN(), ...JSON_TYPE })).status).toBe(413);
  const long = await send(READ, { ...OWN(), 'x-long': 'x'.repeat(9_000) });
  expect(long.status).toBe(431);
  const sockets: Socket[] = [];
  const open = async () => {
    const socket = connect(port, '127.0.0.1');
    socket.on('error', () => {});
    sockets.push(socket);
    await Promise.race([once(socket, 'connect'), once(socket, 'close')]);
    return socket;
  };
  for (let nth = 0; nth < 256; nth += 1) await open();
  const refused = await open();
  if (!refused.closed) await once(refused, 'close');
  for (const socket of sockets) socket.destroy();
});

function send(
  { method, path, body }: { method: string; path: string; body: string },
  headers: Readonly<Record<string, string>>,
): Promise<{ status: number; text: string }> {
  return new Promise((resolve, reject) => {
    const call = request({ host: '127.0.0.1', port, method, path, headers, agent: false }, (answer) => {
      let text = '';
      answer.setEncoding('utf8').on('data', (chunk: string) => {
        text += chunk;
      });
      answer.once('end', () => resolve({ status: answer.statusCode ?? 0, text }));
    });
    call.once('error', reject);
    call.end(body);
  });
}

async function freePort(): Promise<number> {
  const server = createServer();
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const { port: free } = server.address() as { port: number };
  await new Promise((resolve) => server.close(resolve));
  return free;
}
