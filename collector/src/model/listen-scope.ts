/** Who can reach an address that is listened on: programs of this host, whoever is on one network of it, or on any. */
export type ListenScope = 'this-host' | 'one-network' | 'every-network';

/** A name is one address, which nobody looks up here. */
export function toListenScope(host: string): ListenScope {
  const address = normalise(host);
  if (address === '0.0.0.0' || address === '[::]' || address === '[::ffff:0:0]') return 'every-network';
  return LOOPBACK.test(address) ? 'this-host' : 'one-network';
}

/** All of 127.0.0.0/8, also as IPv6 has it (RFC 4291, 2.5.5.2), and no name that only begins so. */
const LOOPBACK = /^(?:localhost|127(?:\.\d{1,3}){3}|\[::1\]|\[::ffff:7f[\da-f]{2}:[\da-f]{1,4}\])$/;

/** An address has many spellings (`0`, `::0`, `127.1`); the URL standard has one for each. */
function normalise(host: string): string {
  try {
    return new URL(`http://${host.includes(':') ? `[${host}]` : host}`).hostname;
  } catch {
    return host;
  }
}
