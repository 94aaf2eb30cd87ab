import { mkdtemp, rm } from 'node:fs/promises';
import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { TrimId } from '@trimtab/protocol';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { createDeskClient } from '../../../collector/src/compose/desk-client.ts';
import { summarise } from '../../../collector/src/model/trim-summary.ts';
import { DOCTOR } from './doctor-example.ts';
import { GUESTS, STATUS, TRIM } from './examples.ts';
import { createFakeDesk, REQUEST_ID } from './fake-desk.ts';
import { FILLING_POOL, FORESIGHT, ONE_POOL } from './foresight-example.ts';
import { PLAN } from './repair-examples.ts';
import { serveDesk } from './served-desk.ts';

let folder: string;
let socketPath: string;
let server: Server | null = null;

beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'trimtab-client-'));
  socketPath = join(folder, 'socket');
});
afterEach(async () => {
  server?.closeAllConnections();
  await new Promise((resolve) => (server === null ? resolve(null) : server.close(resolve)));
  server = null;
  await rm(folder, { recursive: true });
});

/** Something that listens where the collector should. */
function serveAnything(answer: (request: IncomingMessage, response: ServerResponse) => void): Promise<void> {
  const created = createServer(answer);
  server = created;
  return new Promise((resolve) => created.listen(socketPath, resolve));
}

const serveText = (text: string, status = 200) =>
  serveAnything((_request, response) => {
    response.statusCode = status;
    response.end(text);
  });

const client = () => createDeskClient({ socketPath });

it('asks for each thing, and gets it as the desk gave it', async () => {
  const served = await serveDesk(createFakeDesk());
  const desk = createDeskClient({ socketPath: served.socketPath });
  const repair = { guest: 'web-1', disk: 'sda', evenIfTainted: false };
  expect(await desk.status({ now: false })).toEqual(STATUS);
  expect(await desk.guests({ inventories: true })).toEqual(GUESTS);
  expect(await desk.doctor(null)).toEqual(DOCTOR);
  expect(await desk.forecasts({ pool: null, add: null, without: null })).toEqual(FORESIGHT);
  expect(await desk.forecasts({ pool: FILLING_POOL.pool, add: 5, without: 'web-1' })).toEqual(ONE_POOL);
  expect(await desk.history({ guest: 'web-1', limit: 7, before: 9 })).toEqual({
    trims: [summarise(TRIM)],
    older: null,
  });
  expect(await desk.findTrim(TRIM.id)).toEqual(TRIM);
  expect(await desk.findTrim('00000000-0000-4000-8000-00000000dead' as TrimId)).toBeNull();
  expect(await desk.findTrim('../status' as TrimId)).toBeNull();
  expect(await desk.requestTrim({ guest: 'web-1', mounts: ['/'] })).toEqual({ requestId: REQUEST_ID });
  expect(await desk.planRepair(repair)).toEqual(PLAN);
  expect(await desk.repair(repair)).toMatchObject({ plan: PLAN });
  await desk.cancel(REQUEST_ID);
  await served.close();
});

describe('a collector of another version', () => {
  it('may tell more: what is not known stays', async () => {
    const more = { ...STATUS, tomorrow: [1], pools: STATUS.pools.map((pool) => ({ ...pool, colour: 'red' })) };
    await serveText(JSON.stringify(more));
    expect(await client().status({ now: false })).toEqual(more);
  });

  it.each([
    ['{}', 'takenAt'],
    [JSON.stringify({ ...STATUS, images: [{ ...STATUS.images[0], path: 7 }] }), 'images.0.path'],
    [JSON.stringify({ ...STATUS, pools: null }), 'pools'],
    ['[]', ''],
    ['7', ''],
    ['<html>', 'is not JSON'],
    ['', 'is not JSON'],
  ])('that answers %s is told from one of this version', async (text, place) => {
    await serveText(text);
    await expect(client().status({ now: false })).rejects.toMatchObject({
      detail: {
        code: 'bad-answer',
        subject: socketPath,
        cause: expect.stringMatching(new RegExp(`GET /v1/status.*${place}`)),
        hint: expect.stringContaining('another version'),
      },
    });
  });

  it('a status without a reason is no answer either', async () => {
    await serveText('<html>', 502);
    await expect(client().guests({ inventories: false })).rejects.toMatchObject({ detail: { code: 'bad-answer' } });
    await serveAgain('{}', 502);
    await expect(client().guests({ inventories: false })).rejects.toMatchObject({
      detail: { code: 'bad-answer', cause: expect.stringContaining('502') },
    });
  });
});

async function serveAgain(text: string, status: number): Promise<void> {
  await new Promise((resolve) => server?.close(resolve));
  await serveText(text, status);
}

it('a request that may have been heard is not made a second time', async () => {
  const heard: string[] = [];
  await serveAnything((request) => {
    heard.push(`${request.method} ${request.url}`);
    request.socket.destroy();
  });
  await expect(client().requestTrim({ guest: 'web-1', mounts: null })).rejects.toMatchObject({
    detail: { code: 'collector-gone', hint: expect.stringContaining('may have been begun') },
  });
  expect(heard).toEqual(['POST /v1/requests']);
});
