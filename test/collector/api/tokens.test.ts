import { describe, expect, it } from 'vitest';
import { createAuthorise, KNOWN_TOKENS, WRONG_TOKENS } from '../../../collector/src/api/authorise.ts';
import { createApi } from '../../../collector/src/api/create-api.ts';
import { ALL_ROUTES } from '../../../collector/src/api/routes.ts';
import { toHttp } from '../../../collector/src/api/to-http.ts';
import { clock } from '../../../collector/src/io/clock.ts';
import { isApiToken, toApiToken, toTokenHash } from '../../../collector/src/model/api-token.ts';
import { SCOPES } from '../../../collector/src/ports/store/api-tokens.ts';
import { createFakeDesk, REQUEST_ID } from './fake-desk.ts';
import { bearing, createNetworkDoor, TOKENS } from './network-door.ts';
import { createRecordedLog } from './served-desk.ts';

function open(door = createNetworkDoor()) {
  const desk = createFakeDesk();
  const { log } = createRecordedLog();
  const api = createApi({ desk, clock, log, door });
  return {
    desk,
    door,
    async ask(path: string, headers: Readonly<Record<string, string>> = {}, method: 'GET' | 'POST' = 'GET') {
      const body = method === 'POST' ? '{}' : null;
      const all = { host: 'localhost', 'content-type': 'application/json', ...headers };
      const answer = await api.request(path, { method, headers: all, body });
      // A stream of events has no end.
      const isStream = answer.headers.get('content-type') === 'application/x-ndjson';
      const text = isStream ? '' : await answer.text();
      if (isStream) await answer.body?.cancel();
      return { status: answer.status, text, challenge: answer.headers.get('www-authenticate') };
    },
  };
}

const codeOf = (text: string): string => JSON.parse(text).error.code;

describe('the API on TCP', () => {
  it('nobody without a token learns what there is', async () => {
    const { ask } = open();
    for (const path of ['/v1/status', '/v1/nothing', '/metrics', '/']) {
      const { status, text, challenge } = await ask(path);
      expect({ path, status, code: codeOf(text), challenge }).toEqual({
        path,
        status: 401,
        code: 'no-token',
        challenge: 'Bearer realm="trimtab"',
      });
    }
  });

  it.each([
    ['another scheme', `Basic ${TOKENS.admin}`, 'no-token'],
    ['nothing after it', 'Bearer ', 'no-token'],
    ['two', `Bearer ${TOKENS.admin} ${TOKENS.admin}`, 'no-token'],
    ['one that is none', 'Bearer tta1.short', 'wrong-token'],
    ['one with a letter more', `Bearer ${TOKENS.admin}A`, 'wrong-token'],
    ['one that nobody made', `Bearer ${toApiToken(Buffer.alloc(32, 99))}`, 'wrong-token'],
    ['the hash of one', `Bearer ${toTokenHash(TOKENS.admin)}`, 'wrong-token'],
  ])('%s is no token', async (_, authorization, code) => {
    const { ask, desk } = open();
    const { status, text } = await ask('/v1/requests', { authorization }, 'POST');
    expect({ status, code: codeOf(text) }).toEqual({ status: 401, code });
    expect(text).not.toContain(TOKENS.admin);
    expect(desk.asked.requests).toEqual([]);
  });

  it('one that was revoked is so at once, and one that is over is told its time', async () => {
    const { ask, door } = open();
    expect((await ask('/v1/status', bearing(TOKENS.read))).status).toBe(200);
    const hash = toTokenHash(TOKENS.read);
    const token = door.made.get(hash);
    if (token === undefined) throw new Error('no token');
    door.made.set(hash, { ...token, expiresAt: Date.UTC(2020, 0, 1) });
    const over = await ask('/v1/status', bearing(TOKENS.read));
    expect({ status: over.status, code: codeOf(over.text) }).toEqual({ status: 401, code: 'token-over' });
    expect(over.text).toContain('for-read');
    expect(over.text).toContain('2020-01-01T00:00:00.000Z');
    door.made.delete(hash);
    const revoked = await ask('/v1/status', bearing(TOKENS.read));
    expect({ status: revoked.status, code: codeOf(revoked.text) }).toEqual({ status: 401, code: 'wrong-token' });
  });

  it.each(SCOPES)('a token with the scope %s is for that and for less, at every route', async (scope) => {
    const { ask } = open();
    for (const [name, row] of ALL_ROUTES) {
      const { path, method } = toHttp(row, { id: REQUEST_ID });
      const { status, text } = await ask(path, bearing(TOKENS[scope]), method);
      // What is served on the socket alone is not there, whatever the scope.
      if (row.face === 'socket') expect({ name, code: codeOf(text) }).toEqual({ name, code: 'unknown-route' });
      if (row.face === 'socket') continue;
      const isRefused = status === 403 && codeOf(text) === 'scope-too-small';
      expect({ name, isRefused, text }).toEqual({
        name,
        text,
        isRefused: SCOPES.indexOf(row.scope) > SCOPES.indexOf(scope),
      });
    }
  });

  it('figures are for whoever may read', async () => {
    expect((await open().ask('/metrics', bearing(TOKENS.read))).status).toBe(200);
  });

  it.each([
    ['an address of the host', '192.0.2.7:7462', 200],
    ['its name, in large letters', 'HOST.example:7462', 200],
    ['a name that was made to lead here', 'evil.example:7462', 403],
    ['a name that ends like its own', 'evil-host.example', 403],
  ])('by %s it answers %s with %i', async (_, host, status) => {
    const { ask } = open(createNetworkDoor({ isEncrypted: true, ownNames: ['192.0.2.7', 'host.example'] }));
    expect((await ask('/v1/status', { ...bearing(TOKENS.read), host })).status).toBe(status);
    const headers = { ...bearing(TOKENS.read), host, origin: `http://${host}` };
    // A page that came without TLS may be anybody’s.
    expect((await ask('/v1/status', headers)).status).toBe(403);
    expect((await ask('/v1/status', { ...headers, origin: `https://${host}` })).status).toBe(status);
  });
});

describe('wrong tokens', () => {
  function createCounted() {
    let nowMs = 0;
    let searches = 0;
    const good = new Set([toTokenHash(TOKENS.read)]);
    const authorise = createAuthorise({
      clock: { now: () => nowMs, monotonicMs: () => nowMs },
      async findToken(hash) {
        searches += 1;
        return good.has(hash) ? { name: 'one', scope: 'read', expiresAt: null } : null;
      },
    });
    const send = (token: string) =>
      authorise(`Bearer ${token}`).then(
        () => 'ok',
        ({ detail }: { detail: { code: string } }) => detail.code,
      );
    const pass = (ms: number) => {
      nowMs += ms;
    };
    return { send, good, searches: () => searches, pass };
  }

  const wrong = (index: number) => toApiToken(Buffer.alloc(32, `wrong ${index}`));

  it('that many send are not looked for, and one that was good of late is all the same', async () => {
    const { send, searches, pass } = createCounted();
    expect(await send(TOKENS.read)).toBe('ok');
    const codes = [];
    for (let index = 0; index < 1_000; index += 1) codes.push(await send(wrong(index)));
    expect(codes.filter((code) => code === 'wrong-token')).toHaveLength(WRONG_TOKENS.atOnce);
    expect(codes.at(-1)).toBe('too-many-wrong-tokens');
    expect(searches()).toBe(1 + WRONG_TOKENS.atOnce);
    expect(await send(TOKENS.read)).toBe('ok');
    pass(1_000);
    expect(await send(wrong(0))).toBe('wrong-token');
  });

  it('are not looked for without end where they come at once', async () => {
    const { send, searches } = createCounted();
    const codes = await Promise.all(Array.from({ length: 1_000 }, (_, index) => send(wrong(index))));
    expect(codes.filter((code) => code === 'wrong-token')).toHaveLength(WRONG_TOKENS.atOnce);
    expect(searches()).toBe(WRONG_TOKENS.atOnce);
    // Good ones take nothing of that, however many are new.
    const others = createCounted();
    for (let index = 0; index < 100; index += 1) {
      others.good.add(toTokenHash(wrong(index)));
      expect(await others.send(wrong(index))).toBe('ok');
    }
  });

  it('of which none has the form of one cost nothing at all', async () => {
    const { send, searches } = createCounted();
    for (let index = 0; index < 100; index += 1) expect(await send(`tta1.${index}`)).toBe('wrong-token');
    expect(searches()).toBe(0);
    expect(await send(TOKENS.read)).toBe('ok');
  });

  it('are not let in by having been good: so many are remembered, and each is looked for', async () => {
    const { send, good } = createCounted();
    for (let index = 0; index <= KNOWN_TOKENS; index += 1) {
      good.add(toTokenHash(wrong(index)));
      expect(await send(wrong(index))).toBe('ok');
    }
    good.clear();
    expect(await send(wrong(KNOWN_TOKENS))).toBe('wrong-token');
  });
});

it('a token says what it is, and its hash nothing of it', () => {
  expect(isApiToken(TOKENS.admin)).toBe(true);
  expect(toTokenHash(TOKENS.admin)).toMatch(/^[\w-]{43}$/);
  expect(toTokenHash(TOKENS.admin)).not.toBe(toTokenHash(TOKENS.read));
});
