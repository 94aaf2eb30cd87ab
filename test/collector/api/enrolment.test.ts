import { afterEach, beforeEach, expect, it } from 'vitest';
import { TRUST_ROUTES } from '../../../collector/src/api/trust-routes.ts';
import { createDeskClient } from '../../../collector/src/compose/desk-client.ts';
import type { EnrolmentDesk } from '../../../collector/src/ports/desk/enrolment.ts';
import { API_TOKEN, DEEDS, ENROLLED, HELD, HOST_KEYS } from './enrolment-examples.ts';
import { createFakeDesk, type FakeDesk } from './fake-desk.ts';
import { ask, type ServedDesk, serveDesk } from './served-desk.ts';

let desk: FakeDesk;
let served: ServedDesk;
let client: EnrolmentDesk;

beforeEach(async () => {
  desk = createFakeDesk();
  served = await serveDesk(desk);
  client = createDeskClient({ socketPath: served.socketPath });
});
afterEach(() => served.close());

const BY = { askedBy: { kind: 'socket' } };

it('what is asked over the socket comes to the desk, with who asked, and the answer comes back', async () => {
  expect(await client.enroll({ guest: 'web-1', ttlMs: 60_000, uses: 1 })).toEqual(ENROLLED);
  expect((await client.enrolments()).enrolments).toHaveLength(2);
  expect(await client.withdraw({ id: '00c0ffee' })).toMatchObject({ id: '00c0ffee' });
  expect(await client.approve({ held: '3f2a91c0', name: 'web-2' })).toMatchObject({ approvedName: 'web-2' });
  expect(await client.dismiss({ held: '3f2a91c0' })).toEqual(HELD);
  expect(await client.revoke({ guest: 'web-1' })).toMatchObject({ guest: 'web-1', keys: 1 });
  expect(await client.reinstate({ guest: 'web-1' })).toMatchObject({ guest: 'web-1' });
  expect(await client.rename({ guest: 'web-1', name: 'shop-1' })).toMatchObject({ was: 'web-1', name: 'shop-1' });
  expect(await client.hostKeys()).toEqual(HOST_KEYS);
  expect(await client.rotateHostKey({ overlapMs: 0 })).toEqual(HOST_KEYS);
  expect((await client.apiTokens()).tokens[0]).not.toHaveProperty('token');
  expect(await client.createApiToken({ name: 'dashboard', scope: 'read', ttlMs: null })).toEqual(API_TOKEN);
  expect(await client.revokeApiToken({ name: 'dashboard' })).toMatchObject({ name: 'dashboard' });
  expect(await client.deeds({ limit: 5 })).toEqual(DEEDS);
  expect(desk.asked.said).toEqual([
    { what: 'enroll', guest: 'web-1', ttlMs: 60_000, uses: 1, ...BY },
    { what: 'withdraw', id: '00c0ffee', ...BY },
    { what: 'approve', held: '3f2a91c0', name: 'web-2', ...BY },
    { what: 'dismiss', held: '3f2a91c0', ...BY },
    { what: 'revoke', guest: 'web-1', ...BY },
    { what: 'reinstate', guest: 'web-1', ...BY },
    { what: 'rename', guest: 'web-1', name: 'shop-1', ...BY },
    { what: 'rotate', overlapMs: 0, ...BY },
    { what: 'create-token', name: 'dashboard', scope: 'read', ttlMs: null, ...BY },
    { what: 'revoke-token', name: 'dashboard', ...BY },
    { limit: 5 },
  ]);
});

const post = (path: string, body: object) =>
  ask({ socketPath: served.socketPath, method: 'POST', path, body: JSON.stringify(body) });

it('what is left out is as the command has it', async () => {
  await post('/v1/enrolments', {});
  await post('/v1/guests/approve', { held: 'x' });
  await post('/v1/keys/rotate', {});
  expect(desk.asked.said).toMatchObject([
    { guest: null, ttlMs: 3_600_000, uses: 1 },
    { held: 'x', name: null },
    { overlapMs: 30 * 86_400_000 },
  ]);
});

it.each([
  ['/v1/enrolments', { guest: 'web-1', uses: 2 }],
  ['/v1/enrolments', { ttlMs: 1 }],
  ['/v1/enrolments', { uses: 10_001 }],
  ['/v1/enrolments', { secret: 'x' }],
  ['/v1/guests/rename', { guest: 'web-1' }],
  ['/v1/keys/rotate', { overlapMs: -1 }],
  ['/v1/tokens', { name: 'a', scope: 'root' }],
  ['/v1/tokens', { name: 'a b', scope: 'read' }],
  // Who asked, a client cannot say.
  ['/v1/tokens', { name: 'a', scope: 'read', askedBy: { kind: 'trimtab' } }],
])('%s with %j is refused', async (path, body) => {
  const { status, text } = await post(path, body);
  expect({ status, code: JSON.parse(text).error.code }).toEqual({ status: 400, code: 'bad-request' });
  expect(desk.asked.said).toEqual([]);
});

it('all of it needs the scope admin', () => {
  expect(new Set(Object.values(TRUST_ROUTES).map(({ scope }) => scope))).toEqual(new Set(['admin']));
});
