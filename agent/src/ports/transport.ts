import type { Door } from '../model/route.ts';

/** What is known of whoever is at the other end, before it has said anything. */
export interface Opened {
  /** What no other connection has, or PLAIN_BINDING: both ends sign it. */
  readonly binding: string;
  /** Of the key that it has proven by TLS; null where nothing is encrypted. */
  readonly pin: string | null;
}

export interface TransportHandlers {
  /** Somebody is there, who is yet to open it; not told of a channel. */
  reached(): void;
  opened(opened: Opened): void;
  frame(bytes: Uint8Array): void;
  /** The host asked whether we live; the transport has answered. */
  pinged(): void;
  /** Once, and last; also if it never opened. 1006 when no close frame said why, 4417 when another's key answered. */
  closed(close: { readonly code: number; readonly reason: string }): void;
}

export interface Connection {
  /** Frames wait in memory up to a limit; over it the connection is dropped, and `closed` tells. */
  send(frame: Uint8Array): void;
  close(close: { readonly code: number; readonly reason: string }): void;
}

/** Carries whole frames, in order, or says that it no longer does. */
export interface Transport {
  open(call: { readonly door: Door; readonly handlers: TransportHandlers }): Connection;
}
