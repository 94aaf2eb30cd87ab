import { createHash, generateKeyPairSync, sign } from 'node:crypto';
import type { HostKey, HostKeys } from '../../../collector/src/ports/host-keys.ts';

/** A key of a host without a certificate: for what is said inside a connection. */
export function makeHostKey(): HostKey {
  const { publicKey, privateKey } = generateKeyPairSync('ec', { namedCurve: 'prime256v1' });
  const spki = publicKey.export({ type: 'spki', format: 'der' });
  return {
    pin: createHash('sha256').update(spki).digest('base64url'),
    publicKey: spki.toString('base64url'),
    certificate: '',
    privateKey: '',
    sign: (bytes) => sign('sha256', bytes, { key: privateKey, dsaEncoding: 'ieee-p1363' }).toString('base64url'),
  };
}

/** Those of a host, the one in use first. */
export function makeHostKeys(keys: HostKey[] = [makeHostKey()]): HostKeys & { readonly keys: HostKey[] } {
  return { keys, all: () => keys, find: (pin) => keys.find((key) => key.pin === pin) ?? null };
}
