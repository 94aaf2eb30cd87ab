import type { KeyObject } from 'node:crypto';
import { fromBase64Url, JOIN_LABEL, PKCS8_HEAD, SPKI_HEAD, toBase64Url } from '@trimtab/protocol/joining';
import type { Keys } from '../ports/keys.ts';
import { builtIn } from './built-in.ts';

/** By node:crypto, which is loaded with the first call: an agent that has joined nothing does without its 3 MB. */
export function createKeys(): Keys {
  const crypto = () => builtIn('node:crypto');
  const sha256 = (...parts: readonly Uint8Array[]) => {
    const hash = crypto().createHash('sha256');
    for (const part of parts) hash.update(part);
    return toBase64Url(hash.digest());
  };
  const draw = () => toBase64Url(crypto().randomBytes(32));
  const toPrivateKey = (seed: string): KeyObject =>
    crypto().createPrivateKey({ key: Buffer.concat([PKCS8_HEAD, toBytes(seed)]), format: 'der', type: 'pkcs8' });
  return {
    newSeed: draw,
    newNonce: draw,
    seedOf: (secret) => sha256(Buffer.from(JOIN_LABEL), toBytes(secret)),
    publicKeyOf(seed) {
      const key = crypto().createPublicKey(toPrivateKey(seed)).export({ format: 'der', type: 'spki' });
      return toBase64Url(key.subarray(SPKI_HEAD.length));
    },
    sign: ({ seed, bytes }) => toBase64Url(crypto().sign(null, bytes, toPrivateKey(seed))),
    pinOf: (key) => sha256(toBytes(key)),
    isByHost({ key, signature, bytes }) {
      try {
        const publicKey = crypto().createPublicKey({ key: Buffer.from(toBytes(key)), format: 'der', type: 'spki' });
        const digest = publicKey.asymmetricKeyType === 'ed25519' ? null : 'sha256';
        return crypto().verify(digest, bytes, { key: publicKey, dsaEncoding: 'ieee-p1363' }, toBytes(signature));
      } catch {
        return false;
      }
    },
  };
}

function toBytes(text: string): Uint8Array {
  return fromBase64Url(text) ?? new Uint8Array();
}
