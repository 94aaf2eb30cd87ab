import { mkdtemp, rm } from 'node:fs/promises';
import { createServer } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { type ApiDoor, createApi } from '../../../collector/src/api/create-api.ts';
import { createDeskClient } from '../../../collector/src/compose/desk-client.ts';
import { startApi } from '../../../collector/src/io/api-server.ts';
import { clock } from '../../../collector/src/io/clock.ts';
import { createFakeDesk, type FakeDesk } from './fake-desk.ts';
import { bearing, createNetworkDoor, TOKENS } from './network-door.ts';
import { PLAN } from './repair-examples.ts';
import { ask, createRecordedLog, type ServedDesk, serveDesk } from './served-desk.ts';

let desk: FakeDesk;
let served: ServedDesk;

beforeEach(async () => {
  desk = createFakeDesk();
  served = await serveDesk(desk);
});
afterEach(() => served.close());

const post = ({ path, body, contentType = 'application/json' }: { path: string; body: string; contentType?: string }) =>
  ask({ socketPath: served.socketPath, method: 'POST', path, body, contentType });

describe('on the socket', () => {
  it('a plan is asked for and changes nothing; a repair is carried out', async () => {
    const body = '{"guest": "web-1", "disk": "sda", "evenIfTainted": true}';
    const query = { guest: 'web-1', disk: 'sda', evenIfTainted: true };
    const planned = await post({ path: '/v1/repairs/plan', body });
    expect({ status: planned.status, body: JSON.parse(planned.text) }).toEqual({ status: 200, body: PLAN });
    expect(desk.asked).toMatchObject({ plans: [query], repairs: [] });
    const repaired = await post({ path: '/v1/repairs', body });
    expect({ status: repaired.status, body: JSON.parse(repaired.text) }).toEqual({
      status: 200,
      body: { plan: PLAN, reopened: ['libvirt-2-storage', 'libvirt-2-format'] },
    });
    expect(desk.asked.repairs).toEqual([query]);
  });

  it('nobody taints a domain by leaving something out', async () => {
    await post({ path: '/v1/repairs', body: '{"guest": "web-1", "disk": "/images/a.raw"}' });
    expect(desk.asked.repairs).toEqual([{ guest: 'web-1', disk: '/images/a.raw', evenIfTainted: false }]);
  });

  it.each([
    ['{"guest": "web-1"}', 'the body: disk'],
    ['{"disk": "sda"}', 'the body: guest'],
    ['{"guest": "web-1", "disk": ""}', 'the body: disk'],
    ['{"guest": "web-1", "disk": "sda", "evenIfTainted": "yes"}', 'the body: evenIfTainted'],
    ['{"guest": "web-1", "disk": "sda", "options": {}}', 'the body: options'],
  ])('%s is bad input', async (body, subject) => {
    const { status, text } = await post({ path: '/v1/repairs', body });
    expect({ status, error: JSON.parse(text).error }).toMatchObject({
      status: 400,
      error: { code: 'bad-request', subject, hint: expect.stringContaining('"disk": "sda"') },
    });
    expect(desk.asked.repairs).toEqual([]);
  });

  it('a form of a web page cannot ask', async () => {
    const { status } = await post({
      path: '/v1/repairs',
      body: '{"guest": "web-1", "disk": "sda"}',
      contentType: 'text/plain',
    });
    expect({ status, repairs: desk.asked.repairs }).toEqual({ status: 400, repairs: [] });
  });

  it.each([
    ['sdx', 404, 'unknown-disk'],
    ['sdy', 409, 'cannot-repair'],
    ['sdz', 409, 'would-taint'],
    ['sound', 409, 'nothing-to-repair'],
    ['stuck', 500, 'repair-stopped'],
  ])('%s is answered with %i %s, and the client throws the same', async (disk, status, code) => {
    const answer = await post({ path: '/v1/repairs/plan', body: JSON.stringify({ guest: 'web-1', disk }) });
    expect({ status: answer.status, code: JSON.parse(answer.text).error.code }).toEqual({ status, code });
    const client = createDeskClient({ socketPath: served.socketPath });
    await expect(client.planRepair({ guest: 'web-1', disk, evenIfTainted: false })).rejects.toMatchObject({
      detail: { code },
    });
  });
});

it('on a TCP port a token for trims changes no running QEMU', async () => {
  const folder = await mkdtemp(join(tmpdir(), 'trimtab-api-'));
  const { log } = createRecordedLog();
  const createFetch = (door: ApiDoor) => createApi({ desk, clock, log, door }).fetch;
  const port = await freePort();
  const api = await startApi({
    socket: { path: join(folder, 'api'), fetch: createFetch({ face: 'socket' }) },
    tcp: [{ host: '127.0.0.1', port, keys: null, fetch: createFetch(createNetworkDoor()) }],
    metrics: null,
  });
  try {
    for (const path of ['/v1/repairs', '/v1/repairs/plan']) {
      const answer = await fetch(`http://127.0.0.1:${port}${path}`, {
        method: 'POST',
        headers: { 'content-type': 'application/json', ...bearing(TOKENS.trim) },
        body: '{"guest": "web-1", "disk": "sda"}',
      });
      expect(answer.status).toBe(403);
    }
    expect(desk.asked).toMatchObject({ plans: [], repairs: [] });
  } finally {
    await api.close();
    await rm(folder, { recursive: true });
  }
});

async function freePort(): Promise<number> {
  const server = createServer();
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const { port } = server.address() as { port: number };
  await new Promise((resolve) => server.close(resolve));
  return port;
}
