import { X509Certificate } from 'node:crypto';
import type { ListenAddress } from '@trimtab/protocol/shared';
import { readOwnAddresses } from '../io/own-addresses.ts';
import type { HostKeys } from '../ports/host-keys.ts';

/**
 * What a request on TCP may call this host, in small letters: its addresses, its name, what the settings advertise, and
 * what the operator's certificate is for.
 */
export function composeNames({
  advertise,
  hostKeys,
}: {
  readonly advertise: readonly ListenAddress[];
  readonly hostKeys: HostKeys;
}): () => ReadonlySet<string> {
  return () => {
    const { global, name } = readOwnAddresses();
    const certified = hostKeys
      .all()
      .slice(0, 1)
      .flatMap(({ certificate }) => readNames(certificate));
    const all = [...global, name, ...advertise.map(({ host }) => host), ...certified];
    return new Set(all.map((each) => each.toLowerCase()));
  };
}

/** `DNS:host.example, IP Address:192.0.2.1` (Node's own form). A wildcard is no name. */
function readNames(certificate: string): readonly string[] {
  const said = new X509Certificate(certificate).subjectAltName ?? '';
  return said.split(', ').flatMap((part) => /^(?:DNS|IP Address):([^*"]+)$/.exec(part)?.[1] ?? []);
}
