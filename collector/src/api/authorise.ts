import { Fault } from '@trimtab/protocol/shared';
import { SCOPES, type Scope } from '../model/api-scope.ts';
import { isApiToken, toTokenHash } from '../model/api-token.ts';
import type { AskedBy } from '../model/asked-by.ts';
import type { Clock } from '../ports/clock.ts';

/** Tokens that nobody has and that are looked for: more are made up by somebody, and are refused unseen. */
export const WRONG_TOKENS = { atOnce: 32, aSecond: 4 };

/** Tokens that were good a short while ago, and are looked for whatever others send. */
export const KNOWN_TOKENS = 256;

/** A token by the SHA-256 of its text, base64url; null where none of that was made, or it was revoked. */
export type FindToken = (
  hash: string,
) => Promise<{ readonly name: string; readonly scope: Scope; readonly expiresAt: number | null } | null>;

/** Who asks, and what for at most. */
export interface Asker {
  readonly askedBy: AskedBy;
  readonly scope: Scope;
}

/**
 * Who asks on TCP, by the token that the request bears (RFC 6750). It is looked for at each request, so that one that is
 * revoked is so at once. Throws Faults `no-token`, `wrong-token`, `token-over` and `too-many-wrong-tokens`.
 */
export function createAuthorise({
  findToken,
  clock,
}: {
  readonly findToken: FindToken;
  readonly clock: Pick<Clock, 'now' | 'monotonicMs'>;
}): (authorization: string | undefined) => Promise<Asker> {
  const known = new Set<string>();
  let left = WRONG_TOKENS.atOnce;
  let countedAtMs = clock.monotonicMs();

  /** Before it is looked for: of many that come at once no more are. One that is found is none of those. */
  function spend(): boolean {
    const nowMs = clock.monotonicMs();
    left = Math.min(WRONG_TOKENS.atOnce, left + ((nowMs - countedAtMs) / 1000) * WRONG_TOKENS.aSecond);
    countedAtMs = nowMs;
    if (left < 1) return false;
    left -= 1;
    return true;
  }

  function remember(hash: string): void {
    known.delete(hash);
    known.add(hash);
    for (const oldest of known) {
      if (known.size <= KNOWN_TOKENS) break;
      known.delete(oldest);
    }
  }

  return async (authorization) => {
    const token = /^Bearer +(\S+) *$/i.exec(authorization ?? '')?.[1];
    if (token === undefined) throw noToken();
    if (!isApiToken(token)) throw wrongToken('it is not one that `trimtab tokens create` printed');
    const hash = toTokenHash(token);
    const isKnown = known.has(hash);
    if (!isKnown && !spend()) throw tooMany();
    const found = await findToken(hash);
    if (found === null) {
      known.delete(hash);
      throw wrongToken('no such token was made here, or it was revoked');
    }
    if (!isKnown) left = Math.min(WRONG_TOKENS.atOnce, left + 1);
    remember(hash);
    const { name, scope, expiresAt } = found;
    if (expiresAt !== null && expiresAt <= clock.now()) throw over(name, expiresAt);
    return { askedBy: { kind: 'token', name }, scope };
  };
}

/** Throws a Fault `scope-too-small` for what a token is not for. */
export function refuseScope({ needed, asker }: { readonly needed: Scope; readonly asker: Asker }): void {
  const { askedBy, scope } = asker;
  if (SCOPES.indexOf(scope) >= SCOPES.indexOf(needed)) return;
  throw new Fault({
    code: 'scope-too-small',
    operation: 'answer on TCP',
    subject: askedBy.kind === 'token' ? `the token ${askedBy.name}` : 'the token',
    cause: `its scope is ${scope}, and this needs ${needed}`,
    hint: `Make another on the host: trimtab tokens create NAME --scope ${needed}. Or ask there, where the socket needs none.`,
  });
}

const MAKE_ONE =
  'On the host: trimtab tokens create NAME --scope read. Send what it prints as Authorization: Bearer TOKEN.';

function noToken(): Fault {
  return refusal({ code: 'no-token', subject: 'the request', cause: 'it bears no token', hint: MAKE_ONE });
}

function wrongToken(cause: string): Fault {
  return refusal({
    code: 'wrong-token',
    subject: 'the token',
    cause,
    hint: `\`trimtab tokens list\` on the host shows them. ${MAKE_ONE}`,
  });
}

function over(name: string, expiresAt: number): Fault {
  return refusal({
    code: 'token-over',
    subject: `the token ${name}`,
    cause: `its time was over at ${new Date(expiresAt).toISOString()}, by the clock of the host`,
    hint: MAKE_ONE,
  });
}

function tooMany(): Fault {
  return refusal({
    code: 'too-many-wrong-tokens',
    subject: 'the token',
    cause: 'so many wrong ones come that others than those of late are not looked for',
    hint: 'Ask again in a few seconds, or on the host itself. Who sends them? See ss -tn on the host, at the port of the API.',
  });
}

function refusal(detail: Record<'code' | 'subject' | 'cause' | 'hint', string>): Fault {
  return new Fault({ operation: 'answer on TCP', ...detail });
}
