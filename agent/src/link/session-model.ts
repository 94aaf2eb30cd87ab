import type { FromGuest, FromHost, Hello, Welcome } from '@trimtab/protocol';
import type { JoinedChange } from '../model/joined.ts';
import type { Door, Route } from '../model/route.ts';
import type { Keys } from '../ports/keys.ts';
import type { Opened } from '../ports/transport.ts';
import type { Answered, Shown } from './proof.ts';
import type { Setback } from './setback.ts';

/** Where the session with a collector stands. */
export type SessionState =
  | { readonly kind: 'idle' }
  | {
      readonly kind: 'waiting';
      /** Rounds in a row in which nobody took this guest: they decide how long the wait is. */
      readonly failures: number;
      readonly lastConnection: number;
      readonly retryAtMs: number;
      readonly best: Place | null;
    }
  /** It is being read where collectors are. */
  | {
      readonly kind: 'preparing';
      readonly failures: number;
      readonly connection: number;
      readonly best: Place | null;
    }
  | ({ readonly kind: 'connecting' } & Attempt)
  /** `hello` is out; `shown`: what of it is to be proven, null where nothing is. */
  | ({ readonly kind: 'greeting'; readonly shown: Shown | null } & Attempt)
  /** The key that was made is being kept, before it is shown. */
  | ({ readonly kind: 'keeping'; readonly answered: Answered } & Attempt)
  /** `credential` is out. */
  | ({ readonly kind: 'proving'; readonly answered: Answered } & Attempt)
  | ({
      readonly kind: 'connected';
      readonly version: number;
      readonly sinceMs: number;
      /** Of the key by which it was let in; null where none was shown. */
      readonly seed: string | null;
    } & Attempt)
  | { readonly kind: 'stopped' };

/** One door of one collector, on the round of all of them. */
export interface Attempt {
  readonly failures: number;
  readonly connection: number;
  readonly round: readonly Route[];
  readonly route: number;
  readonly door: number;
  /** What was met on this round so far. */
  readonly setbacks: readonly Setback[];
  /** All said that their host does not run this guest: one of them is to take it nevertheless. */
  readonly insists: boolean;
}

export interface Place {
  readonly route: string;
  readonly address: string;
}

export type OpenState = Extract<SessionState, Attempt>;

/** Connections are numbered; what an older one still says is not heard. */
export type SessionEvent =
  | { readonly kind: 'start' }
  | { readonly kind: 'prepared'; readonly connection: number; readonly routes: readonly Route[] }
  /** It could not be read where collectors are; `reason` is for people. */
  | { readonly kind: 'unprepared'; readonly connection: number; readonly reason: string }
  /** Somebody is there, who is yet to open it. */
  | { readonly kind: 'reached'; readonly connection: number }
  | { readonly kind: 'opened'; readonly connection: number; readonly opened: Opened }
  | { readonly kind: 'frame'; readonly connection: number; readonly bytes: Uint8Array }
  | { readonly kind: 'pinged'; readonly connection: number }
  | { readonly kind: 'closed'; readonly connection: number; readonly code: number; readonly reason: string }
  | { readonly kind: 'kept'; readonly connection: number; readonly change: JoinedChange }
  | { readonly kind: 'unkept'; readonly connection: number; readonly change: JoinedChange; readonly reason: string }
  | { readonly kind: 'elapsed'; readonly timer: SessionTimer }
  /**
   * The agent has something to say; it is dropped unless connected, and said again after the next welcome if it
   * matters.
   */
  | { readonly kind: 'say'; readonly message: FromGuest }
  /** This guest has a channel now. */
  | { readonly kind: 'channel-found' }
  | { readonly kind: 'stop' };

/** `retry` while waiting, `deadline` until the welcome, `heartbeat` from then on: never two at a time. */
export type SessionTimer = 'retry' | 'deadline' | 'heartbeat';

export type SessionEffect =
  /** Answered by `prepared` or `unprepared`. */
  | { readonly kind: 'prepare'; readonly connection: number }
  | { readonly kind: 'connect'; readonly connection: number; readonly door: Door }
  | { readonly kind: 'send'; readonly connection: number; readonly message: FromGuest }
  | { readonly kind: 'close'; readonly connection: number; readonly code: number; readonly reason: string }
  /** Answered by `kept` or `unkept`. */
  | { readonly kind: 'keep'; readonly connection: number; readonly change: JoinedChange }
  /** Replaces a timer of the same name. */
  | { readonly kind: 'arm'; readonly timer: SessionTimer; readonly delayMs: number }
  | { readonly kind: 'disarm'; readonly timer: SessionTimer }
  | { readonly kind: 'connected'; readonly welcome: Welcome; readonly address: string }
  | { readonly kind: 'disconnected' }
  /** A round is over, and nobody took this guest. */
  | { readonly kind: 'rejected'; readonly setbacks: readonly Setback[] }
  | { readonly kind: 'deliver'; readonly message: Delivered }
  | { readonly kind: 'log'; readonly level: 'info' | 'warn'; readonly line: string };

/** What the session itself has no use for. */
export type Delivered = Exclude<FromHost, { readonly type: 'welcome' | 'challenge' | 'collector' }>;

/** From the start of a connection until somebody is there. */
export const CONNECT_TIMEOUT_MS = 20_000;
/** The same where there is another door to try. */
export const NEXT_DOOR_MS = 8_000;
/** From there to its opening, and again to the welcome: a collector lets thousands that come in one after the other. */
export const WELCOME_TIMEOUT_MS = 60_000;
/** The host pings every 15 s. */
export const HEARTBEAT_TIMEOUT_MS = 45_000;
/** A connection that held this long was a good one: the next failure is the first again. */
export const LASTING_MS = 60_000;
/** After rounds in which some were away and the others said that they do not run this guest. */
export const ROUNDS_BEFORE_INSISTING = 3;
/** A collector that was insisted on is left after this, since another may run the guest by now. */
export const INSISTING_MS = 30 * 60_000;

export interface Surroundings {
  /** By a clock that never goes back. */
  readonly nowMs: number;
  readonly random: () => number;
  /** But for what is proven. */
  readonly hello: Hello;
  readonly keys: Keys;
}

export interface Step {
  readonly state: SessionState;
  readonly effects: readonly SessionEffect[];
}
