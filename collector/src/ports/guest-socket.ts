import type { Place } from './guest-door.ts';

/** What a connection proves by itself of who is at its other end. */
export type SocketProof =
  | {
      readonly kind: 'network';
      /** Keying material of its TLS connection (base64url), or PLAIN_BINDING where it is not encrypted. */
      readonly binding: string;
    }
  /** It is the virtio-serial port of this domain, as the sources of this host name it: nobody else can write to it. */
  | { readonly kind: 'channel'; readonly domain: string };

/** The smallest socket a session needs. */
export interface GuestSocket {
  /** Where it comes from, for the log. */
  readonly peer: string;
  /** The same without what is new with each connection. */
  readonly address: string;
  readonly proof: SocketProof;
  /** What it may take. */
  readonly place: Place;
  /** False when the peer does not read and too much is waiting: the socket is then closed by its owner. */
  send(frame: Uint8Array): boolean;
  /** Asks the peer whether it is there: `answered` follows, if it is. */
  ping(): void;
  close(code: number, reason: string): void;
}

/** What the owner of a socket calls; `opened` returns it, so that setting up and taking down cannot be mismatched. */
export interface SocketEvents {
  frame(frame: Uint8Array): void;
  /** A text frame came: no message of this wire is one. */
  text(): void;
  /** What came was no WebSocket, or too large: the socket's owner ends it. */
  broke(reason: string): void;
  /** Its place is needed for another. */
  displaced(reason: string): void;
  /** The peer answered a ping: it is there. */
  answered(): void;
  closed(): void;
}

export type OpenSocket = (socket: GuestSocket) => SocketEvents;
