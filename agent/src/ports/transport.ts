export interface TransportHandlers {
  opened(): void;
  frame(bytes: Uint8Array): void;
  /** The host asked whether we live; the transport has answered. */
  pinged(): void;
  /** Once, and last; also if it never opened. 1006 when no close frame said why. */
  closed(close: { readonly code: number; readonly reason: string }): void;
}

export interface Connection {
  /** Frames wait in memory up to a limit; over it the connection is dropped, and `closed` tells. */
  send(frame: Uint8Array): void;
  close(close: { readonly code: number; readonly reason: string }): void;
}

/** Carries whole frames, in order, or says that it no longer does. */
export interface Transport {
  open(call: { readonly url: string; readonly handlers: TransportHandlers }): Connection;
}
