import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { MOST_NAMED } from '../../../collector/src/api/inputs.ts';
import { summarise } from '../../../collector/src/model/trim-summary.ts';
import { GUESTS, STATUS, TRIM } from './examples.ts';
import { ASKED_GUESTS, createFakeDesk, type FakeDesk, REQUEST_ID } from './fake-desk.ts';
import { FILLING_POOL, FORESIGHT, ONE_POOL } from './foresight-example.ts';
import { ask, type ServedDesk, serveDesk } from './served-desk.ts';

let desk: FakeDesk;
let served: ServedDesk;

beforeEach(async () => {
  desk = createFakeDesk();
  served = await serveDesk(desk);
});
afterEach(() => served.close());

const get = (path: string) => ask({ socketPath: served.socketPath, path });
const post = ({ path, body, contentType }: { path: string; body?: string; contentType?: string }) =>
  ask({
    socketPath: served.socketPath,
    method: 'POST',
    path,
    ...(body === undefined ? {} : { body }),
    ...(contentType === undefined ? {} : { contentType }),
  });

describe('reading', () => {
  it.each([
    ['/v1/status', STATUS],
    ['/v1/guests', GUESTS],
    ['/v1/forecasts', FORESIGHT],
    [`/v1/forecasts?pool=${FILLING_POOL.pool}&add=9007199254740991`, ONE_POOL],
    ['/v1/trims', { trims: [summarise(TRIM)], older: null }],
    [`/v1/trims/${TRIM.id}`, TRIM],
    [`/v1/trims/${TRIM.id.slice(0, 8)}`, TRIM],
  ])('GET %s', async (path, expected) => {
    const { status, text, headers } = await get(path);
    expect(status).toBe(200);
    expect(JSON.parse(text)).toEqual(expected);
    expect(headers).toMatchObject({ 'content-type': 'application/json', 'x-content-type-options': 'nosniff' });
  });

  it.each([
    ['', { guest: null, limit: 50, before: null }],
    ['?guest=web-1', { guest: 'web-1', limit: 50, before: null }],
    ['?limit=1000&guest=a%20b&before=7', { guest: 'a b', limit: 1000, before: 7 }],
  ])('GET /v1/trims%s asks the desk for %j', async (query, expected) => {
    await get(`/v1/trims${query}`);
    expect(desk.asked.queries).toEqual([expected]);
  });

  it.each([
    ['add=5', 'the query'],
    ['without=web-1', 'the query'],
    ['pool=', 'the query: pool'],
    ['pool=/srv&add=0', 'the query: add'],
    ['pool=/srv&add=5G', 'the query: add'],
    ['pool=/srv&add=9007199254740992', 'the query: add'],
    ['pools=/srv', 'the query: pools'],
  ])('GET /v1/forecasts?%s is bad input', async (query, subject) => {
    const { status, text } = await get(`/v1/forecasts?${query}`);
    expect(status).toBe(400);
    expect(JSON.parse(text).error).toMatchObject({ code: 'bad-request', subject });
  });

  it.each(['limit=0', 'limit=1001', 'limit=ten', 'limit=1e3', 'limit=', 'guest=', 'gest=web-1', 'before=-1'])(
    'GET /v1/trims?%s is bad input',
    async (query) => {
      const { status, text } = await get(`/v1/trims?${query}`);
      expect(status).toBe(400);
      expect(JSON.parse(text).error).toMatchObject({
        code: 'bad-request',
        subject: `the query: ${query.split('=')[0]}`,
        hint: expect.stringContaining('/v1/trims?'),
      });
      expect(desk.asked.queries).toEqual([]);
    },
  );
});

describe('asking many guests', () => {
  it.each([
    ['{"guests": null}', { guests: null, mounts: null }],
    ['{"guests": ["web-1", "idle"], "mounts": ["/"]}', { guests: ['web-1', 'idle'], mounts: ['/'] }],
  ])('POST /v1/requests/many %s', async (body, expected) => {
    const { status, text } = await post({ path: '/v1/requests/many', body });
    expect({ status, body: JSON.parse(text) }).toEqual({ status: 202, body: ASKED_GUESTS });
    expect(desk.asked.many).toEqual([expected]);
  });

  it.each([
    // To have all guests trim, somebody has to say so.
    ['{}', 'the body: guests'],
    ['{"guests": []}', 'the body: guests'],
    ['{"guests": [""]}', 'the body: guests.0'],
    [JSON.stringify({ guests: Array.from({ length: MOST_NAMED + 1 }, () => 'a') }), 'the body: guests'],
    ['{"guests": null, "mounts": ["home"]}', 'the body: mounts.0'],
  ])('POST /v1/requests/many %.40s is bad input', async (body, subject) => {
    const { status, text } = await post({ path: '/v1/requests/many', body });
    expect(status).toBe(400);
    expect(JSON.parse(text).error).toMatchObject({ code: 'bad-request', subject });
    expect(desk.asked.many).toEqual([]);
  });
});

describe('asking for a trim', () => {
  it.each([
    ['{"guest": "web-1"}', null],
    ['{"guest": "web-1", "mounts": null}', null],
    ['{"guest": "web-1", "mounts": ["/", "/home"]}', ['/', '/home']],
  ])('POST /v1/requests %s', async (body, mounts) => {
    const { status, text } = await post({ path: '/v1/requests', body });
    expect({ status, body: JSON.parse(text) }).toEqual({ status: 202, body: { requestId: REQUEST_ID } });
    expect(desk.asked.requests).toEqual([{ guest: 'web-1', mounts }]);
  });

  it.each([
    ['', 'the body'],
    ['{"guest"', 'the body'],
    ['[]', 'the body: guest'],
    ['7', 'the body'],
    ['{}', 'the body: guest'],
    ['{"guest": ""}', 'the body: guest'],
    ['{"guest": 7}', 'the body: guest'],
    ['{"guest": "web-1", "mounts": []}', 'the body: mounts'],
    ['{"guest": "web-1", "mounts": ["home"]}', 'the body: mounts.0'],
    ['{"guest": "web-1", "mounts": ["/a\\u0000"]}', 'the body: mounts.0'],
    ['{"guest": "web-1", "command": "rm"}', 'the body: command'],
  ])('POST /v1/requests %s is bad input', async (body, subject) => {
    const { status, text } = await post({ path: '/v1/requests', body });
    expect(status).toBe(400);
    expect(JSON.parse(text).error).toMatchObject({ code: 'bad-request', subject, hint: expect.any(String) });
    expect(desk.asked.requests).toEqual([]);
  });

  it('a form of a web page cannot ask', async () => {
    const { status } = await post({ path: '/v1/requests', body: '{"guest": "web-1"}', contentType: 'text/plain' });
    expect({ status, requests: desk.asked.requests }).toEqual({ status: 400, requests: [] });
  });

  it('a body over 64 KiB is refused unread', async () => {
    const { status, text } = await post({ path: '/v1/requests', body: JSON.stringify({ guest: 'x'.repeat(70_000) }) });
    expect({ status, code: JSON.parse(text).error.code }).toEqual({ status: 413, code: 'too-large' });
  });

  it('a body over 64 KiB is refused though its length is not told', async () => {
    const chunks = {
      *[Symbol.iterator]() {
        for (let sent = 0; sent < 100; sent += 1) yield ' '.repeat(1000);
      },
    };
    const { status, text } = await ask({ socketPath: served.socketPath, method: 'POST', path: '/v1/requests', chunks });
    expect({ status, code: JSON.parse(text).error.code }).toEqual({ status: 413, code: 'too-large' });
  });

  it('a body in chunks is read', async () => {
    const chunks = ['{"guest":', '"web-1"}'];
    const { status } = await ask({ socketPath: served.socketPath, method: 'POST', path: '/v1/requests', chunks });
    expect(status).toBe(202);
  });

  it.each([
    ['nobody', 404, 'unknown-guest'],
    ['idle', 409, 'no-agent'],
    ['twin', 409, 'ambiguous-guest'],
  ])('of %s is answered with %i %s', async (guest, status, code) => {
    const answer = await post({ path: '/v1/requests', body: JSON.stringify({ guest }) });
    expect({ status: answer.status, code: JSON.parse(answer.text).error.code }).toEqual({ status, code });
  });

  it('cancel reaches the desk', async () => {
    expect((await post({ path: `/v1/requests/${REQUEST_ID}/cancel`, body: '' })).status).toBe(202);
    expect(desk.asked.cancelled).toEqual([REQUEST_ID]);
  });
});

describe('errors', () => {
  it.each([
    ['GET', '/v1/trims/nothing', 'unknown-trim'],
    ['GET', '/v1/trims/00000000-0000-4000-8000-00000000dead', 'unknown-trim'],
    ['GET', '/v1/trims/%00', 'unknown-trim'],
    ['GET', '/v1/trims/0000000', 'unknown-trim'],
    ['GET', `/v1/trims/${TRIM.id}0`, 'unknown-trim'],
    ['GET', '/v1/requests/00000000-0000-4000-8000-00000000dead/events', 'unknown-request'],
    ['GET', '/v1/requests/nothing/events', 'unknown-request'],
    ['POST', '/v1/requests/nothing/cancel', 'unknown-request'],
    ['GET', '/v2/status', 'unknown-route'],
    ['DELETE', '/v1/status', 'unknown-route'],
  ])('%s %s is 404 %s', async (method, path, code) => {
    const { status, text } = await ask({ socketPath: served.socketPath, method, path });
    expect({ status, code: JSON.parse(text).error.code }).toEqual({ status: 404, code });
  });

  it('an unexpected error is told to the log, and not to the caller', async () => {
    await served.close();
    const secret = new Error('secret detail');
    served = await serveDesk(createFakeDesk({ status: () => Promise.reject(secret) }));
    const { status, text } = await get('/v1/status');
    expect(status).toBe(500);
    expect(JSON.parse(text).error).toMatchObject({ code: 'internal', subject: 'GET /v1/status' });
    expect(text).not.toContain('secret');
    expect(served.logged).toMatchObject([{ level: 'error', fields: { err: secret } }]);
  });
});
