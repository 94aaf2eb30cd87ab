import type { JoinedCollector } from './joined.ts';

/** One place at which a collector may be found. */
export type Door =
  /** The virtio-serial port of this guest: whoever is at its other end is its host. */
  | { readonly kind: 'channel' }
  /** Nothing is encrypted: of this machine itself, or of a collector that this guest has not joined. */
  | { readonly kind: 'plain'; readonly host: string; readonly port: number }
  /** One of these keys answers there, or nobody is spoken to. */
  | { readonly kind: 'tls'; readonly host: string; readonly port: number; readonly pins: readonly string[] };

/** A collector, with all ways to it. */
export interface Route {
  /** The same for the same collector, whatever else changes. */
  readonly id: string;
  /** To be tried in this order. At least one. */
  readonly doors: readonly Door[];
  /** How this guest and that collector know each other; null: neither proves anything. */
  readonly joined: Membership | null;
}

export interface Membership {
  readonly collector: JoinedCollector;
  /** Of the key that a token's secret makes; null once it has joined. */
  readonly tokenSeed: string | null;
}

/** Does this guest know a collector there that has let it in? */
export function isJoined({ joined }: Route): boolean {
  return joined !== null && joined.tokenSeed === null;
}

/** The channel of this guest, to be tried before all else: neither end has to prove there who it is. */
export const CHANNEL_ROUTE: Route = { id: 'channel', doors: [{ kind: 'channel' }], joined: null };

/** For people, and to tell the doors of one route apart. */
export function toAddress(door: Door): string {
  return door.kind === 'channel' ? 'the channel' : formatAddress(door);
}

export function formatAddress({ host, port }: { readonly host: string; readonly port: number }): string {
  return `${host.includes(':') ? `[${host}]` : host}:${port}`;
}

/** For the log: `192.0.2.1:7461 by TLS, 127.0.0.1:7461`. */
export function tellRoutes(routes: readonly Route[]): string {
  const doors = routes.flatMap((route) => route.doors);
  return doors.map((door) => (door.kind === 'tls' ? `${toAddress(door)} by TLS` : toAddress(door))).join(', ');
}
