/** Who can reach an address that is listened on: programs of this host, whoever is on one network of it, or on any. */
export type ListenScope = 'this-host' | 'one-network' | 'every-network';

/** A name is one address, which nobody looks up here. */
export function toListenScope(host: string): ListenScope {
  const address = normalise(host);
  if (address === '0.0.0.0' || address === '[::]' || address === '[::ffff:0:0]') return 'every-network';
  return address === 'localhost' || address === '[::1]' || address.startsWith('127.') ? 'this-host' : 'one-network';
}

/** An address has many spellings (`0`, `::0`, `127.1`); the URL standard has one for each. */
function normalise(host: string): string {
  try {
    return new URL(`http://${host.includes(':') ? `[${host}]` : host}`).hostname;
  } catch {
    return host;
  }
}
