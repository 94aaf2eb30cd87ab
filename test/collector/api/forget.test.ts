import { afterEach, beforeEach, expect, it } from 'vitest';
import { createApi } from '../../../collector/src/api/create-api.ts';
import { createDeskClient } from '../../../collector/src/compose/desk-client.ts';
import { clock } from '../../../collector/src/io/clock.ts';
import { createFakeDesk, type FakeDesk, FORGETTABLE } from './fake-desk.ts';
import { bearing, createNetworkDoor, TOKENS } from './network-door.ts';
import { ask, createRecordedLog, type ServedDesk, serveDesk } from './served-desk.ts';

let desk: FakeDesk;
let served: ServedDesk;

beforeEach(async () => {
  desk = createFakeDesk();
  served = await serveDesk(desk);
});
afterEach(() => served.close());

const post = (body: string) =>
  ask({
    socketPath: served.socketPath,
    method: 'POST',
    path: '/v1/guests/forget',
    body,
    contentType: 'application/json',
  });

it('a guest is forgotten unless somebody only asks what would be', async () => {
  const { status, text } = await post('{"guest": "db-1"}');
  const forgetting = { guest: 'db-1', guestId: FORGETTABLE, trims: 12, knownToHost: false };
  expect({ status, body: JSON.parse(text) }).toEqual({ status: 200, body: { ...forgetting, forgotten: true } });
  const client = createDeskClient({ socketPath: served.socketPath });
  expect(await client.forget({ guest: 'db-1', dryRun: true })).toEqual({ ...forgetting, forgotten: false });
  expect(desk.asked.forgets).toEqual([
    { guest: 'db-1', dryRun: false },
    { guest: 'db-1', dryRun: true },
  ]);
});

it.each([
  ['nobody', 404, 'unknown-guest'],
  ['twin', 409, 'ambiguous-guest'],
  ['web-1', 409, 'guest-connected'],
  ['bare', 409, 'nothing-to-forget'],
])('%s is answered with %i %s', async (guest, status, code) => {
  const answer = await post(JSON.stringify({ guest }));
  expect({ status: answer.status, code: JSON.parse(answer.text).error.code }).toEqual({ status, code });
});

it('over the network it needs a token for everything: it is another’s history', async () => {
  const { fetch } = createApi({ desk, clock, log: createRecordedLog().log, door: createNetworkDoor() });
  const body = '{"guest": "db-1"}';
  const headers = { host: 'localhost', 'content-type': 'application/json', ...bearing(TOKENS.trim) };
  const answer = await fetch(new Request('http://localhost/v1/guests/forget', { method: 'POST', headers, body }));
  expect({ status: answer.status, forgets: desk.asked.forgets }).toEqual({ status: 403, forgets: [] });
});
