import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { createApi } from '../../../collector/src/api/create-api.ts';
import { createDeskClient } from '../../../collector/src/compose/desk-client.ts';
import { clock } from '../../../collector/src/io/clock.ts';
import type { Scope } from '../../../collector/src/ports/store/api-tokens.ts';
import { ALERTS } from './alert-examples.ts';
import { createFakeDesk, type FakeDesk } from './fake-desk.ts';
import { bearing, createNetworkDoor, TOKENS } from './network-door.ts';
import { ask, createRecordedLog, type ServedDesk, serveDesk } from './served-desk.ts';

const ID = ALERTS.firing[0]?.id ?? '';

let desk: FakeDesk;
let served: ServedDesk;

beforeEach(async () => {
  desk = createFakeDesk();
  served = await serveDesk(desk);
});
afterEach(() => served.close());

const post = (asked: { readonly path: string; readonly body: string }) =>
  ask({ socketPath: served.socketPath, method: 'POST', contentType: 'application/json', ...asked });

it('the client asks what the desk is asked, and gets what it answers', async () => {
  const client = createDeskClient({ socketPath: served.socketPath });
  const queries = [
    { all: true },
    { pattern: 'web-*', forMs: 60_000, by: 'alice', comment: null },
    { silence: 'guest-away' },
    { id: ID.slice(0, 8), by: null, comment: 'ordered' },
    { to: 'hook' },
  ] as const;
  const [all, silence, unsilence, acknowledge, test] = queries;
  expect(await client.alerts(all)).toEqual(ALERTS);
  expect(await client.silence(silence)).toMatchObject({ pattern: 'web-*', by: 'alice' });
  expect(await client.unsilence(unsilence)).toEqual({ removed: ALERTS.silences });
  expect(await client.acknowledge(acknowledge)).toEqual(ALERTS.firing[0]);
  expect(await client.testSenders(test)).toEqual({ senders: [{ name: 'hook', outcome: 'delivered' }] });
  expect(desk.asked.said).toEqual(queries);
});

it('a sender that failed is told with its error', async () => {
  const client = createDeskClient({ socketPath: served.socketPath });
  const { senders } = await client.testSenders({ to: null });
  expect(senders).toMatchObject([{ outcome: 'delivered' }, { name: 'mail', outcome: { code: 'qmp-error' } }]);
});

describe('what is left out', () => {
  it.each([
    ['/v1/alerts/silences', '{"pattern": "x", "forMs": 1000}', { pattern: 'x', forMs: 1000, by: null, comment: null }],
    ['/v1/alerts/acknowledge', `{"id": "${ID}"}`, { id: ID, by: null, comment: null }],
    ['/v1/alerts/test', '{}', { to: null }],
  ])('of %s is null', async (path, body, said) => {
    expect((await post({ path, body })).status).toBe(200);
    expect(desk.asked.said).toEqual([said]);
  });

  it('of the question for alerts means those that ended lately', async () => {
    await ask({ socketPath: served.socketPath, method: 'GET', path: '/v1/alerts' });
    expect(desk.asked.said).toEqual([{ all: false }]);
  });
});

describe('what cannot be is refused', () => {
  it.each([
    ['/v1/alerts/silences', '{"pattern": "", "forMs": 1000}', 400, 'bad-request'],
    ['/v1/alerts/silences', '{"pattern": "x", "forMs": 0}', 400, 'bad-request'],
    ['/v1/alerts/silences', '{"pattern": "x", "forMs": 1e12}', 400, 'bad-request'],
    ['/v1/alerts/silences', `{"pattern": "x", "forMs": 1000, "comment": "${'x'.repeat(501)}"}`, 400, 'bad-request'],
    ['/v1/alerts/silences/end', '{"silence": "nothing"}', 404, 'unknown-silence'],
    ['/v1/alerts/acknowledge', '{"id": "web-1"}', 400, 'bad-request'],
    ['/v1/alerts/acknowledge', '{"id": "00000000"}', 404, 'unknown-alert'],
  ])('%s %s', async (path, body, status, code) => {
    const answer = await post({ path, body });
    expect({ status: answer.status, code: JSON.parse(answer.text).error.code }).toEqual({ status, code });
    expect(desk.asked.said).toEqual([]);
  });
});

it('over the network alerts are read by any token, and who says something to them needs one for everything', async () => {
  const { fetch } = createApi({ desk, clock, log: createRecordedLog().log, door: createNetworkDoor() });
  const statusOf = async ({ method, path, scope }: { method: string; path: string; scope: Scope }) => {
    const headers = { host: 'localhost', 'content-type': 'application/json', ...bearing(TOKENS[scope]) };
    const body = method === 'POST' ? '{"pattern": "x", "forMs": 1000}' : null;
    return (await fetch(new Request(`http://localhost${path}`, { method, headers, body }))).status;
  };
  expect(await statusOf({ method: 'GET', path: '/v1/alerts', scope: 'read' })).toBe(200);
  for (const path of ['silences', 'silences/end', 'acknowledge', 'test'])
    expect(await statusOf({ method: 'POST', path: `/v1/alerts/${path}`, scope: 'trim' })).toBe(403);
  expect(await statusOf({ method: 'POST', path: '/v1/alerts/silences', scope: 'admin' })).toBe(200);
});
