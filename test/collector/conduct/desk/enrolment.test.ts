import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { readToken } from '@trimtab/protocol/joining';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { createEnrolmentDesk } from '../../../../collector/src/conduct/desk/enrolment/enrolment-desk.ts';
import { keyOfSecret, secrets } from '../../../../collector/src/io/secrets.ts';
import { toTokenHash } from '../../../../collector/src/model/api-token.ts';
import type { Domain, HostView } from '../../../../collector/src/model/domain.ts';
import type { GuestId } from '../../../../collector/src/model/guest-id.ts';
import type { EnrolmentDesk } from '../../../../collector/src/ports/desk/enrolment.ts';
import type { HostKey, HostKeyView } from '../../../../collector/src/ports/host-keys.ts';
import type { Store } from '../../../../collector/src/ports/store/store.ts';
import { heldGuest, newKey } from '../../../contract/guest-key-examples.ts';
import { shownGuest } from '../../../contract/guests-store.ts';
import { createTestClock } from '../../../support/test-clock.ts';
import { openTestStore } from '../../store/open-test-store.ts';
import { BARE_DOMAIN } from '../known-host.ts';

const [PIN, NEXT_PIN] = ['A'.repeat(43), 'E'.repeat(43)];
const CI = { kind: 'token', name: 'ci' } as const;
const HOUR = 3_600_000;

let folder: string;
let store: Store;
let desk: EnrolmentDesk;
let clock: ReturnType<typeof createTestClock>;
let addresses: readonly string[];
let keys: readonly HostKeyView[];
let domains: readonly Domain[];
let ended: GuestId[];
let renamed: string[];
let logged: unknown[];

beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'trimtab-enrolment-'));
  store = await openTestStore(folder);
  clock = createTestClock();
  addresses = ['192.0.2.1:7461', '[2001:db8::1]:7461'];
  keys = [{ pin: PIN, owner: 'own', madeAt: 5, until: null }];
  domains = [];
  ended = [];
  renamed = [];
  logged = [];
  desk = createEnrolmentDesk({
    clock,
    log: { info: (fields) => void logged.push(fields) },
    store,
    secrets,
    readAddresses: async () => addresses,
    survey: {
      read: async (): Promise<HostView> => ({
        takenAt: clock.now(),
        domains,
        findings: [],
        sources: [],
        offSince: new Map(),
      }),
    },
    links: { guests: () => [], rename: ({ name }) => void renamed.push(name) },
    admission: {
      approve: store.approve,
      dismiss: store.dismiss,
      reinstate: store.reinstate,
      async revoke(call) {
        ended.push(call.guest);
        return store.revoke(call);
      },
    },
    hostKeys: {
      all: () => keys.map(({ pin }) => ({ pin }) as HostKey),
      list: () => keys,
      async rotate({ overlapMs }) {
        const next: HostKeyView = { pin: NEXT_PIN, owner: 'own', madeAt: clock.now(), until: null };
        keys = [next, ...keys.map((key) => ({ ...key, until: clock.now() + overlapMs }))];
        return next;
      },
    },
  });
});
afterEach(async () => {
  await store.close();
  await rm(folder, { recursive: true });
});

const codeOf = (work: Promise<unknown>): Promise<string | null> =>
  work.then(() => null).catch(({ detail }) => detail.code);
const enroll = (guest: string | null, uses = 1) => desk.enroll({ guest, ttlMs: HOUR, uses }, CI);

/** A guest of this name, with a key. */
async function letJoin(name: string, n: number): Promise<GuestId> {
  const { token, id: tokenId } = await enroll(name);
  const read = readToken(token);
  if (read.kind !== 'token') throw new Error('no token');
  const { id } = await store.recognise(shownGuest({ machine: n, name, namedBy: 'person' }));
  const key = newKey({ n, guest: id, joinedBy: { kind: 'enrolment', id: tokenId } });
  const enrolment = keyOfSecret(Buffer.from(read.token.secret, 'base64url'));
  expect(await store.join({ key, enrolment, nowMs: clock.now() })).toBe('ok');
  return id;
}

describe('enroll', () => {
  it('a token says where the collector is and by which key it is known; of its secret only what it makes is kept', async () => {
    const made = await enroll('web-1');
    expect(made).toMatchObject({ guest: 'web-1', mostUses: 1, uses: 0, madeBy: CI, pin: PIN, addresses });
    expect(Date.parse(made.expiresAt) - Date.parse(made.madeAt)).toBe(HOUR);
    expect(made.command).toBe(`trimtab-agent join ${made.token}`);
    const read = readToken(made.token);
    if (read.kind !== 'token') throw new Error(read.kind);
    expect(read.token).toMatchObject({ addresses, pin: PIN });
    const { secret } = read.token;
    const kept = await store.findEnrolment(keyOfSecret(Buffer.from(secret, 'base64url')));
    expect(kept).toMatchObject({ id: made.id, guest: 'web-1' });
    expect(JSON.stringify(kept)).not.toContain(secret);
    expect(JSON.stringify([await desk.enrolments(), await desk.deeds({ limit: 9 })])).not.toContain(secret);
    expect((await desk.enrolments()).enrolments.map(({ id }) => id)).toEqual([made.id]);
  });

  it('each has a secret and an id of its own', async () => {
    const made = await Promise.all(Array.from({ length: 20 }, () => enroll(null)));
    expect(new Set(made.map(({ token }) => token)).size).toBe(20);
    expect(new Set(made.map(({ id }) => id)).size).toBe(20);
  });

  it('a guest that is known is meant by its id or its domain as well', async () => {
    const id = await letJoin('web-1', 1);
    domains = [BARE_DOMAIN];
    expect((await enroll(id)).guest).toBe('web-1');
    expect((await enroll(BARE_DOMAIN.uuid)).guest).toBe('bare');
  });

  it.each(['', ' web', 'a\nb', '-x', 'a/b', 'x'.repeat(257)])('%j is no name for a guest', async (name) => {
    expect(await codeOf(enroll(name))).toBe('bad-name');
    expect((await desk.enrolments()).enrolments).toEqual([]);
  });

  it.each([
    [['127.0.0.1:7461'], true],
    [['[::1]:7461', 'localhost:7461'], true],
    [['127.0.0.1:7461', '10.0.2.2:7461'], false],
    [['192.0.2.1:7461'], false],
  ])('a token that names %j alone is told to be of no use to a guest: %j', async (named, isTold) => {
    addresses = named;
    const { findings } = await enroll('web-1');
    expect(findings.map(({ subject }) => subject)).toEqual(isTold ? ['the token'] : []);
    if (!isTold) return;
    expect(findings[0]?.sentence).toContain(named.join(', '));
    expect(findings[0]?.hint).toMatch(
      /--listen 192\.168\.122\.1:7461,.*--advertise 10\.0\.2\.2:7461\. Then make another/,
    );
  });

  it('a token for a guest that was revoked says that it undoes that', async () => {
    const guest = await letJoin('web-1', 1);
    expect((await enroll('web-1')).findings).toEqual([]);
    await desk.revoke({ guest });
    const { id, findings } = await enroll('web-1');
    expect(findings).toMatchObject([{ subject: 'web-1', sentence: expect.stringContaining('lets it in again') }]);
    expect(findings[0]?.hint).toContain(`trimtab enroll --withdraw ${id}`);
    expect((await enroll('web-2')).findings).toEqual([]);
  });

  it('without an address nobody could find it', async () => {
    addresses = [];
    expect(await codeOf(enroll('web-1'))).toBe('no-address');
  });

  it('one that was withdrawn or is over is not there', async () => {
    const [one, other] = [await enroll('web-1'), await enroll('web-2')];
    expect(await desk.withdraw({ id: one.id }, CI)).toMatchObject({ id: one.id, guest: 'web-1' });
    expect(await codeOf(desk.withdraw({ id: one.id }))).toBe('unknown-enrolment');
    clock.advance(HOUR);
    expect((await desk.enrolments()).enrolments).toEqual([]);
    expect(await codeOf(desk.withdraw({ id: other.id }))).toBe('unknown-enrolment');
  });
});

describe('guests', () => {
  it('one that is revoked is kept out and its session ends, until it is reinstated', async () => {
    const id = await letJoin('web-1', 1);
    expect(await desk.revoke({ guest: 'web-1' }, CI)).toEqual({ guest: 'web-1', guestId: id, keys: 1 });
    expect(ended).toEqual([id]);
    expect(await store.findKey('key-1')).toMatchObject({ state: 'revoked', revokedBy: CI });
    expect(await codeOf(desk.revoke({ guest: 'web-1' }))).toBe('no-key');
    expect(await desk.reinstate({ guest: id }, CI)).toMatchObject({ guest: 'web-1', keys: 1 });
    expect(await codeOf(desk.reinstate({ guest: 'web-1' }))).toBe('no-key');
  });

  it('of one that nobody knows, and one that was never here, nothing can be changed', async () => {
    domains = [BARE_DOMAIN];
    expect(await codeOf(desk.revoke({ guest: 'nobody' }))).toBe('unknown-guest');
    expect(await codeOf(desk.revoke({ guest: 'bare' }))).toBe('never-here');
    expect(await codeOf(desk.rename({ guest: 'bare', name: 'x' }))).toBe('never-here');
  });

  it('a name that a person gave stays, and no guest gets that of another', async () => {
    const id = await letJoin('web-1', 1);
    await letJoin('web-2', 2);
    domains = [BARE_DOMAIN];
    expect(await codeOf(desk.rename({ guest: 'web-1', name: 'web-2' }))).toBe('name-taken');
    expect(await codeOf(desk.rename({ guest: 'web-1', name: 'bare' }))).toBe('name-taken');
    expect(await codeOf(desk.rename({ guest: 'web-1', name: '\u001b[31m' }))).toBe('bad-name');
    expect(await desk.rename({ guest: 'web-1', name: 'shop-1' }, CI)).toEqual({
      guestId: id,
      was: 'web-1',
      name: 'shop-1',
    });
    expect(renamed).toEqual(['shop-1']);
    await store.recognise(shownGuest({ machine: 1, name: 'db', namedBy: 'hypervisor' }));
    await store.recognise(shownGuest({ machine: 1, name: 'localhost' }));
    expect((await store.guests()).map(({ name }) => name)).toEqual(['shop-1', 'web-2']);
  });

  it('a name that was forgotten is free at once', async () => {
    const id = await letJoin('web-1', 1);
    await letJoin('web-2', 2);
    await store.forgetGuest(id);
    expect(await desk.rename({ guest: 'web-2', name: 'web-1' })).toMatchObject({ name: 'web-1' });
  });

  it('who is held is approved by id or by name, dismissed, and told with the guest whose key it shows', async () => {
    await letJoin('web-1', 1);
    const one = await store.hold(heldGuest({ n: 2, hostname: 'copy' }));
    const other = await store.hold(heldGuest({ n: 3, hostname: 'copy' }));
    expect(await codeOf(desk.approve({ held: 'copy', name: null }))).toBe('ambiguous-held');
    expect(await codeOf(desk.approve({ held: one.id, name: 'web-1' }))).toBe('name-taken');
    expect(await desk.approve({ held: one.id, name: 'web-2' }, CI)).toMatchObject({
      id: one.id,
      keyOf: 'web-1',
      approvedBy: CI,
      approvedName: 'web-2',
    });
    expect(await desk.dismiss({ held: other.id }, CI)).toMatchObject({ id: other.id });
    expect(await codeOf(desk.dismiss({ held: 'nobody' }))).toBe('unknown-held');
    expect(await store.held()).toMatchObject([
      { id: other.id, isDismissed: true },
      { id: one.id, approvedBy: CI, approvedName: 'web-2' },
    ]);
    // Of two the other is dismissed: the name means one now.
    expect(await desk.approve({ held: 'copy', name: null }, CI)).toMatchObject({ id: one.id });
    await desk.dismiss({ held: one.id });
    expect(await codeOf(desk.approve({ held: 'copy', name: null }))).toBe('ambiguous-held');
    // What dismiss says is so: it was wrong, and one word lets it in.
    expect(await desk.approve({ held: other.id, name: null }, CI)).toMatchObject({ id: other.id, approvedBy: CI });
    expect(await store.held()).toContainEqual(expect.objectContaining({ id: other.id, isDismissed: false }));
  });
});

it('a key that is changed is told with who knows it', async () => {
  await letJoin('web-1', 1);
  await store.learned({ key: 'key-1', pins: [PIN] });
  expect((await desk.hostKeys()).keys).toMatchObject([{ pin: PIN, until: null, knownBy: 1 }]);
  const { keys: both, guests } = await desk.rotateHostKey({ overlapMs: HOUR }, CI);
  expect(guests).toBe(1);
  expect(both).toMatchObject([
    { pin: NEXT_PIN, until: null, knownBy: 0 },
    { pin: PIN, until: new Date(clock.now() + HOUR).toISOString(), knownBy: 1 },
  ]);
});

it('a token of the API is told once, and is good until it is revoked', async () => {
  const made = await desk.createApiToken({ name: 'dashboard', scope: 'read', ttlMs: null }, CI);
  expect(made.token).toMatch(/^tta1\.[\w-]{43}$/);
  expect(await store.findToken(toTokenHash(made.token))).toMatchObject({ name: 'dashboard', scope: 'read' });
  expect(await codeOf(desk.createApiToken({ name: 'dashboard', scope: 'admin', ttlMs: null }))).toBe('token-exists');
  expect(JSON.stringify(await desk.apiTokens())).not.toContain(made.token);
  await desk.revokeApiToken({ name: 'dashboard' }, CI);
  expect(await store.findToken(toTokenHash(made.token))).toBeNull();
  expect(await codeOf(desk.revokeApiToken({ name: 'dashboard' }))).toBe('unknown-token');
});

it('what was done is kept, with who had it done; what was refused is not', async () => {
  await letJoin('web-1', 1);
  const { id } = await store.hold(heldGuest({ n: 2, hostname: 'copy' }));
  await desk.approve({ held: id, name: 'web-2' }, CI);
  await desk.dismiss({ held: id });
  await desk.revoke({ guest: 'web-1' }, CI);
  await desk.reinstate({ guest: 'web-1' });
  await desk.rename({ guest: 'web-1', name: 'shop-1' }, CI);
  await desk.rotateHostKey({ overlapMs: 0 });
  await desk.createApiToken({ name: 'x', scope: 'admin', ttlMs: HOUR });
  await desk.revokeApiToken({ name: 'x' });
  await codeOf(desk.revoke({ guest: 'nobody' }));
  const { deeds } = await desk.deeds({ limit: 20 });
  expect(deeds.map(({ kind, subject, askedBy: { kind: by }, outcome }) => [kind, subject, by, outcome])).toEqual([
    ['revoke-token', 'x', 'socket', null],
    ['create-token', 'x', 'socket', 'may admin'],
    ['rotate-key', NEXT_PIN, 'socket', null],
    ['rename', 'web-1', 'token', 'called shop-1 from then on'],
    ['reinstate', 'web-1', 'socket', null],
    ['revoke', 'web-1', 'token', null],
    ['dismiss', `copy (${id})`, 'socket', null],
    ['approve', `copy (${id})`, 'token', 'to be called web-2'],
    ['enroll', 'web-1', 'token', 'a token for one guest'],
  ]);
  expect(logged).toHaveLength(deeds.length);
  expect(logged).toContainEqual({ deed: 'revoke', subject: 'web-1', by: 'token ci', outcome: null });
  expect(logged).toContainEqual({ deed: 'rotate-key', subject: NEXT_PIN, by: 'socket', outcome: null });
});
