import { constants } from 'node:crypto';
import { createSecureContext, type SecureContext, type Server, type TlsOptions } from 'node:tls';
import { isServerName, toServerName } from '@trimtab/protocol/joining';
import type { HostKey, HostKeyRing } from '../ports/host-keys.ts';

/**
 * The oldest that is spoken. Agents are bound to their connection by its keying material, which up to 1.2 may be that of
 * two (RFC 7627); whoever asks the API proves himself by a token alone.
 */
export type OldestTls = 'TLSv1.2' | 'TLSv1.3';

/**
 * Of agents. OpenSSL would take X25519MLKEM768, and keep what it took for as long as the connection: 8 KiB each, and a
 * fifth more of the processor for a handshake (docs/security.md, what is not defended).
 */
const GROUPS_OF_AGENTS = 'X25519:prime256v1';

/** What a server of TLS needs to know of the keys. */
export type ServedKeys = Pick<HostKeyRing, 'all' | 'list' | 'onChange'>;

/**
 * How a server of TLS answers with the keys of this collector: with the one that the other end knows, if it says which
 * (`toServerName` of a pin), else with the one in use.
 */
export function createTlsOptions(keys: ServedKeys, minVersion: OldestTls): TlsOptions {
  const contexts = new Map<string, SecureContext>();
  const contextOf = (key: HostKey): SecureContext => {
    const made = contexts.get(key.pin) ?? createSecureContext(toContextOptions(key, minVersion));
    contexts.set(key.pin, made);
    return made;
  };
  return {
    // A list would be copied for each connection, and each copy holds 64 KiB that it shares with a few (Buffer.poolSize).
    ALPNCallback: ({ protocols }) => (protocols.includes('http/1.1') ? 'http/1.1' : undefined),
    SNICallback: (name, answer) => answer(null, contextOf(pick(keys, name))),
    ...toContextOptions(pick(keys, ''), minVersion),
  };
}

/** Of a client that names nobody, as curl by an address: it gets the key in use, also when that has changed. */
export function followKeys({
  server,
  keys,
  minVersion,
}: {
  server: Pick<Server, 'setSecureContext'>;
  keys: ServedKeys;
  minVersion: OldestTls;
}): void {
  keys.onChange(() => server.setSecureContext(toContextOptions(pick(keys, ''), minVersion)));
}

/**
 * Who asks by a pin that nobody has (any more) may know the collector's own key too: an operator's that was renewed is
 * why, mostly.
 */
function pick(keys: ServedKeys, name: string): HostKey {
  const all = keys.all();
  const [inUse] = all;
  if (inUse === undefined) throw new Error('a collector has always a key');
  const asked = name.toLowerCase();
  if (!isServerName(asked)) return inUse;
  const known = all.find(({ pin }) => toServerName(pin) === asked);
  const own = keys.list().find(({ owner }) => owner === 'own')?.pin;
  return known ?? all.find(({ pin }) => pin === own) ?? inUse;
}

function toContextOptions({ certificate, privateKey }: HostKey, minVersion: OldestTls) {
  return {
    minVersion,
    maxVersion: 'TLSv1.3' as const,
    ...(minVersion === 'TLSv1.3' ? { ecdhCurve: GROUPS_OF_AGENTS } : {}),
    cert: certificate,
    key: privateKey,
    // Nobody comes back to a session: without tickets a connection takes 47 KiB, with them 53.
    secureOptions: constants.SSL_OP_NO_TICKET | constants.SSL_OP_NO_RENEGOTIATION,
  };
}
