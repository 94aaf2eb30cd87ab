import { createHash, generateKeyPairSync, randomBytes, sign } from 'node:crypto';
import type { Challenge, Hello } from '@trimtab/protocol';
import { PLAIN_BINDING, type Proven, toBase64Url, toTranscript } from '@trimtab/protocol/joining';

export const KEY_KINDS = ['ec', 'rsa', 'ed25519'] as const;

/** A key of a host, as a collector has one. */
export interface HostKey {
  readonly pin: string;
  /** SubjectPublicKeyInfo. */
  readonly publicKey: string;
  /** PEM. */
  readonly privateKey: string;
  /** The challenge that answers this hello; what it signs may be another's, or of another time. */
  challenge(call: {
    readonly hello: Hello;
    readonly binding?: string;
    readonly renew?: boolean;
    readonly signed?: Partial<Proven>;
  }): Challenge;
}

export function createHostKey(kind: (typeof KEY_KINDS)[number] = 'ec'): HostKey {
  const { publicKey, privateKey } =
    kind === 'ec'
      ? generateKeyPairSync('ec', { namedCurve: 'P-256' })
      : kind === 'rsa'
        ? generateKeyPairSync('rsa', { modulusLength: 2048 })
        : generateKeyPairSync('ed25519');
  const der = publicKey.export({ format: 'der', type: 'spki' });
  const key = toBase64Url(der);
  const pin = createHash('sha256').update(der).digest('base64url');
  const digest = kind === 'ed25519' ? null : 'sha256';
  return {
    pin,
    publicKey: key,
    privateKey: privateKey.export({ format: 'pem', type: 'pkcs8' }).toString(),
    challenge({ hello, binding = PLAIN_BINDING, renew = false, signed = {} }) {
      const nonce = randomBytes(32).toString('base64url');
      const proven = { hello, binding, hostNonce: nonce, pin, ...signed };
      const signature = sign(digest, toTranscript('host', proven), { key: privateKey, dsaEncoding: 'ieee-p1363' });
      return { type: 'challenge', nonce, key, signature: toBase64Url(signature), renew };
    },
  };
}
