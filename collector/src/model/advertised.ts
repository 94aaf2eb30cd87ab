import type { ListenAddress } from '@trimtab/protocol/shared';
import { toListenScope } from './listen-scope.ts';

/** QEMU's word for its host on a network of its own (-netdev user): what connects there arrives on loopback. */
const SLIRP_HOST = '10.0.2.2';

/** What this host says of itself. */
export interface OwnAddresses {
  /** Addresses of its interfaces that others reach, without a zone; IPv4 first. */
  readonly global: readonly string[];
  readonly name: string;
}

/**
 * Where guests find a collector that listens on these: on several addresses of a host in the order in which they are to
 * be tried. `hasUserNetworking`: a QEMU of this host has a network of its own, in which the host has another address.
 */
export function toAdvertised({
  listen,
  advertise,
  own,
  hasUserNetworking,
}: {
  /** With the ports that are listened on. */
  readonly listen: readonly ListenAddress[];
  /** What the settings say instead; port 0 is that of the first. */
  readonly advertise: readonly ListenAddress[];
  readonly own: OwnAddresses;
  readonly hasUserNetworking: boolean;
}): readonly string[] {
  const port = listen[0]?.port ?? 0;
  const named = advertise.map((address) => ({ ...address, port: address.port === 0 ? port : address.port }));
  const found = listen.flatMap(({ host, port }) => reachedBy(host, own).map((address) => ({ host: address, port })));
  const isLocalOnly = listen.every(({ host }) => toListenScope(host) === 'this-host');
  const slirp = isLocalOnly && hasUserNetworking ? [{ host: SLIRP_HOST, port }] : [];
  // A network of the guests' own first, then what is this host's alone: a guest has a loopback too.
  const others = found.filter(({ host }) => toListenScope(host) !== 'this-host');
  const locals = found.filter(({ host }) => toListenScope(host) === 'this-host');
  const all = named.length > 0 ? named : [...others, ...(isLocalOnly ? [...locals, ...slirp] : [])];
  return [...new Set(all.map(toAddress))];
}

function reachedBy(host: string, { global, name }: OwnAddresses): readonly string[] {
  if (toListenScope(host) !== 'every-network') return [host];
  const isIpv4Alone = host.includes('.') || !host.includes(':');
  return [...global.filter((address) => !(isIpv4Alone && address.includes(':'))), name];
}

export function toAddress({ host, port }: ListenAddress): string {
  return `${host.includes(':') ? `[${host}]` : host}:${port}`;
}
