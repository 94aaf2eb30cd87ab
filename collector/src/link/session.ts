import type { ProofId, TrimId } from '@trimtab/protocol';
import {
  CLOSE_CODES,
  type CloseCode,
  type Credential,
  type FromGuest,
  type Hello,
  negotiateVersion,
  SUPPORTED,
  speaks,
  type VersionRange,
} from '@trimtab/protocol';

/**
 * A guest’s own time for its hello, and again for its credential: one that says neither is holding a socket for nothing.
 * What this end takes is not counted, since thousands may come at once.
 */
export const GREETING_TIMEOUT_MS = 10_000;

/** One connection of one guest, from the host's side. Each state owns only what exists in it. */
export type Session =
  | { readonly kind: 'awaiting-hello' }
  /** It names a key, of which the proof is awaited. */
  | {
      readonly kind: 'proving';
      readonly hello: Hello;
      readonly version: number;
      /** This end's challenge went out; only now may a `credential` come, and only now is time counted. */
      readonly isChallenged: boolean;
    }
  | {
      readonly kind: 'greeted';
      readonly announced: boolean;
      readonly trims: ReadonlyMap<TrimId, TrimStage>;
      /** Proofs this end asked for that the guest has not answered, the oldest first. */
      readonly proofs: readonly ProofId[];
    }
  | { readonly kind: 'closed' };

/**
 * How far a trim has come on this connection, which decides what may be said of it next and nothing else; one that
 * began on an earlier connection is not listed. Where the trim stands, conduct/trims/trim-state.ts says.
 */
type TrimStage = 'intended' | 'started' | 'reported';

export type SessionEvent =
  | { readonly kind: 'message'; readonly message: FromGuest }
  | { readonly kind: 'bad-frame'; readonly reason: string }
  /** This end sent a `prove`; only now may a `proved` come. */
  | { readonly kind: 'asked-proof'; readonly proofId: ProofId }
  /** This end sent its `challenge`; only now may a `credential` come. */
  | { readonly kind: 'challenged' }
  /** It is not let in, or no longer. */
  | ({ readonly kind: 'refused' } & Refusal)
  | { readonly kind: 'too-many-frames' }
  | { readonly kind: 'greeting-timeout' }
  /** Others need its place, or there is none for it. */
  | { readonly kind: 'no-place'; readonly reason: string }
  | { readonly kind: 'superseded' }
  /** This end could not do what a message asked for; the guest sends again what was not acknowledged. */
  | { readonly kind: 'failed' }
  | { readonly kind: 'socket-closed' };

export type Effect =
  | { readonly kind: 'arm-greeting-timer' }
  | { readonly kind: 'disarm-greeting-timer' }
  /** The guest names a key: it is to be sent a `challenge`. */
  | { readonly kind: 'challenge'; readonly hello: Hello }
  /**
   * The guest said who it is; `version` is what both ends speak. `credential` is to prove it; null where `hello` names
   * no key, or none is asked for.
   */
  | { readonly kind: 'greet'; readonly hello: Hello; readonly version: number; readonly credential: Credential | null }
  | { readonly kind: 'deliver'; readonly message: Delivered }
  | { readonly kind: 'close'; readonly code: CloseCode; readonly reason: string };

/** What the collector gets to see: everything but the greeting. */
export type Delivered = Exclude<FromGuest, Hello | Credential>;

/** Why a session ends, for the guest and the log. It names no other guest. */
export interface Refusal {
  readonly code: CloseCode;
  readonly reason: string;
}

/** What holds for all of a session. */
export interface Terms {
  readonly supported: VersionRange;
  /** Is a key asked for where `hello` names one? Not where the connection itself proves the guest. */
  readonly asksProof: boolean;
}

const USUAL: Terms = { supported: SUPPORTED, asksProof: true };

export interface Step {
  readonly session: Session;
  readonly effects: readonly Effect[];
}

export const OPENED: Step = { session: { kind: 'awaiting-hello' }, effects: [{ kind: 'arm-greeting-timer' }] };

/** Pure: what a connection becomes by an event, and what is to be done about it. */
export function advance(session: Session, event: SessionEvent, terms: Terms = USUAL): Step {
  if (session.kind === 'closed') return { session, effects: [] };
  switch (event.kind) {
    case 'message':
      return hear(session, event.message, terms);
    case 'bad-frame':
      return close(CLOSE_CODES.badFrame, event.reason);
    case 'asked-proof':
      return session.kind === 'greeted' ? same(withProof(session, event.proofId)) : same(session);
    case 'challenged':
      return session.kind === 'proving' ? awaitCredential(session) : same(session);
    case 'refused':
      return close(event.code, event.reason);
    case 'too-many-frames':
      return close(CLOSE_CODES.tooMany, 'too many frames');
    case 'greeting-timeout':
      return timeOut(session);
    case 'no-place':
      return close(CLOSE_CODES.tryLater, event.reason);
    case 'superseded':
      return close(CLOSE_CODES.superseded, 'the same guest connected again');
    case 'failed':
      return close(CLOSE_CODES.internal, 'the collector failed; come back');
    case 'socket-closed':
      return { session: { kind: 'closed' }, effects: [{ kind: 'disarm-greeting-timer' }] };
  }
}

function timeOut(session: Exclude<Session, { kind: 'closed' }>): Step {
  if (session.kind === 'awaiting-hello') return close(CLOSE_CODES.greetingTimeout, 'no hello came');
  const isGuestsTurn = session.kind === 'proving' && session.isChallenged;
  return isGuestsTurn ? close(CLOSE_CODES.greetingTimeout, 'no credential came') : same(session);
}

function hear(session: Exclude<Session, { kind: 'closed' }>, message: FromGuest, terms: Terms): Step {
  switch (session.kind) {
    case 'awaiting-hello':
      return meet(message, terms);
    case 'proving':
      return prove(session, message);
    case 'greeted':
      return receive(session, message);
  }
}

function meet(message: FromGuest, { supported, asksProof }: Terms): Step {
  if (message.type !== 'hello') return close(CLOSE_CODES.notGreeted, `${message.type} before hello`);
  const negotiated = negotiateVersion({ guest: message.versions, host: supported });
  if (negotiated.kind === 'too-old') return close(CLOSE_CODES.version, `${negotiated.tooOld} too old`);
  const { version } = negotiated;
  const { key, nonce, pin } = message;
  if (key === null || !asksProof) return greet({ hello: message, version, credential: null });
  if (nonce === null || pin === null) return close(CLOSE_CODES.badFrame, 'hello: a key without a nonce and a pin');
  if (!speaks(version, 'keys')) return close(CLOSE_CODES.downgrade, `a key, and version ${version}, which has none`);
  return {
    session: { kind: 'proving', hello: message, version, isChallenged: false },
    effects: [{ kind: 'disarm-greeting-timer' }, { kind: 'challenge', hello: message }],
  };
}

type Proving = Extract<Session, { kind: 'proving' }>;

function awaitCredential(session: Proving): Step {
  return { session: { ...session, isChallenged: true }, effects: [{ kind: 'arm-greeting-timer' }] };
}

function prove({ hello, version, isChallenged }: Proving, message: FromGuest): Step {
  if (message.type !== 'credential') return outOfOrder(`${message.type} before credential`);
  if (!isChallenged) return outOfOrder('credential before challenge');
  return greet({ hello, version, credential: message });
}

function greet(greeting: { readonly hello: Hello; readonly version: number; readonly credential: Credential | null }) {
  const { hello, version, credential } = greeting;
  const step: Step = {
    session: { kind: 'greeted', announced: false, trims: NO_TRIMS, proofs: NO_PROOFS },
    effects: [{ kind: 'disarm-greeting-timer' }, { kind: 'greet', hello, version, credential }],
  };
  return step;
}

type Greeted = Extract<Session, { kind: 'greeted' }>;

/** Most sessions never have any: all of them share these. */
const NO_TRIMS: Greeted['trims'] = new Map();
const NO_PROOFS: Greeted['proofs'] = [];

function receive(session: Greeted, message: FromGuest): Step {
  switch (message.type) {
    case 'hello':
      return outOfOrder('hello twice');
    case 'inventory':
      return deliver({ ...session, announced: true }, message);
    case 'intent':
      if (!session.announced) return outOfOrder('intent before inventory');
      if (session.trims.has(message.trimId)) return outOfOrder('intent of a trim already under way');
      return deliver(withTrim(session, message.trimId, 'intended'), message);
    case 'started':
      if (session.trims.has(message.trimId) && session.trims.get(message.trimId) !== 'intended')
        return outOfOrder('started twice');
      return deliver(withTrim(session, message.trimId, 'started'), message);
    case 'progress':
      if (session.trims.get(message.trimId) === 'intended') return outOfOrder('progress before started');
      return deliver(session, message);
    case 'report':
      if (!session.announced) return outOfOrder('report before inventory');
      return deliver(withTrim(session, message.report.id, 'reported'), message);
    case 'usage':
      // A disk that hung when it was asked may have kept it until the guest was on another connection: no fault of it.
      return session.announced ? deliver(session, message) : same(session);
    case 'proved':
      if (!session.proofs.includes(message.proofId)) return outOfOrder('proved without a proof that was asked for');
      return deliver(withoutProof(session, message.proofId), message);
    case 'credential':
      return outOfOrder('credential without a challenge');
    case 'learned':
      return deliver(session, message);
    case 'problem':
      return deliver(message.about === null ? session : withoutProof(session, message.about as ProofId), message);
  }
}

/** Reported trims are forgotten, but for the newest few: a guest's word must not make this map grow. */
export const TRIMS_REMEMBERED = 64;

function withTrim(session: Greeted, trimId: TrimId, stage: TrimStage): Greeted {
  const trims = new Map(session.trims);
  trims.delete(trimId);
  trims.set(trimId, stage);
  const [oldest] = trims.keys();
  if (trims.size > TRIMS_REMEMBERED && oldest !== undefined) trims.delete(oldest);
  return { ...session, trims };
}

/**
 * A guest that never answers must not make this list grow; this end asks one proof at a time, and gives up in seconds.
 */
export const PROOFS_REMEMBERED = 8;

function withProof(session: Greeted, proofId: ProofId): Greeted {
  return { ...session, proofs: [...session.proofs, proofId].slice(-PROOFS_REMEMBERED) };
}

function withoutProof(session: Greeted, proofId: ProofId): Greeted {
  return { ...session, proofs: session.proofs.filter((open) => open !== proofId) };
}

const same = (session: Session): Step => ({ session, effects: [] });
const deliver = (session: Session, message: Delivered): Step => ({
  session,
  effects: [{ kind: 'deliver', message }],
});
const outOfOrder = (reason: string): Step => close(CLOSE_CODES.outOfOrder, reason);

function close(code: CloseCode, reason: string): Step {
  return {
    session: { kind: 'closed' },
    effects: [{ kind: 'disarm-greeting-timer' }, { kind: 'close', code, reason }],
  };
}
