import type { FromGuest, FromHost, Hello, Welcome } from '@trimtab/protocol';

/** Where the session with the collector stands. `failures` in a row decide how long the next wait is. */
export type SessionState =
  | { readonly kind: 'idle' }
  | { readonly kind: 'waiting'; readonly failures: number; readonly lastConnection: number; readonly retryAtMs: number }
  | { readonly kind: 'connecting'; readonly failures: number; readonly connection: number }
  | { readonly kind: 'greeting'; readonly failures: number; readonly connection: number }
  | {
      readonly kind: 'connected';
      readonly failures: number;
      readonly connection: number;
      readonly version: number;
      readonly sinceMs: number;
    }
  | { readonly kind: 'stopped' };

export type OpenState = Extract<SessionState, { connection: number }>;

/** Connections are numbered; what an older one still says is not heard. */
export type SessionEvent =
  | { readonly kind: 'start' }
  | { readonly kind: 'opened'; readonly connection: number }
  | { readonly kind: 'frame'; readonly connection: number; readonly bytes: Uint8Array }
  | { readonly kind: 'pinged'; readonly connection: number }
  | { readonly kind: 'closed'; readonly connection: number; readonly code: number; readonly reason: string }
  | { readonly kind: 'elapsed'; readonly timer: SessionTimer }
  /**
   * The agent has something to say; it is dropped unless connected, and said again after the next welcome if it
   * matters.
   */
  | { readonly kind: 'say'; readonly message: FromGuest }
  | { readonly kind: 'stop' };

/** `retry` while waiting, `deadline` until the welcome, `heartbeat` from then on: never two at a time. */
export type SessionTimer = 'retry' | 'deadline' | 'heartbeat';

export type SessionEffect =
  | { readonly kind: 'connect'; readonly connection: number }
  | { readonly kind: 'send'; readonly connection: number; readonly message: FromGuest }
  | { readonly kind: 'close'; readonly connection: number; readonly code: number; readonly reason: string }
  /** Replaces a timer of the same name. */
  | { readonly kind: 'arm'; readonly timer: SessionTimer; readonly delayMs: number }
  | { readonly kind: 'disarm'; readonly timer: SessionTimer }
  | { readonly kind: 'connected'; readonly welcome: Welcome }
  | { readonly kind: 'disconnected' }
  | { readonly kind: 'deliver'; readonly message: Exclude<FromHost, Welcome> }
  | { readonly kind: 'log'; readonly level: 'info' | 'warn'; readonly line: string };

/** From the start of a connection to its opening, and from there to the welcome. */
export const CONNECT_TIMEOUT_MS = 20_000;
export const WELCOME_TIMEOUT_MS = 10_000;
/** The host pings every 15 s. */
export const HEARTBEAT_TIMEOUT_MS = 45_000;
/** A connection that held this long was a good one: the next failure is the first again. */
export const LASTING_MS = 60_000;

export interface Surroundings {
  /** By a clock that never goes back. */
  readonly nowMs: number;
  readonly random: () => number;
  readonly hello: Hello;
}

export interface Step {
  readonly state: SessionState;
  readonly effects: readonly SessionEffect[];
}
