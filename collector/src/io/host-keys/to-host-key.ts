import { createHash, createPrivateKey, type KeyObject, sign, X509Certificate } from 'node:crypto';
import type { HostKey } from '../../ports/host-keys.ts';

/** What OpenSSL takes RSA for by default, and what a message of the wire has room for. */
const RSA_BITS = { least: 2048, most: 4096 };

export interface Pair {
  /** PEM; the first is the collector's own. */
  readonly certificate: string;
  /** PEM. */
  readonly privateKey: string;
}

/** A key with its certificate, ready to prove by. Throws an Error whose message says what is wrong with the pair. */
export function toHostKey({ certificate, privateKey }: Pair): HostKey {
  const own = readCertificate(certificate);
  const key = readPrivateKey(privateKey);
  if (!own.checkPrivateKey(key)) throw new Error('the key is not the one of the certificate');
  refuseWeak(key);
  const spki = own.publicKey.export({ type: 'spki', format: 'der' });
  return {
    pin: createHash('sha256').update(spki).digest('base64url'),
    publicKey: spki.toString('base64url'),
    certificate,
    privateKey,
    // The encoding is for ECDSA; RSA has none.
    sign: (bytes) => sign('sha256', bytes, { key, dsaEncoding: 'ieee-p1363' }).toString('base64url'),
  };
}

export function readCertificate(pem: string): X509Certificate {
  try {
    return new X509Certificate(pem);
  } catch {
    throw new Error('the certificate is none in PEM (it begins with -----BEGIN CERTIFICATE-----)');
  }
}

function readPrivateKey(pem: string): KeyObject {
  if (/-----BEGIN ENCRYPTED PRIVATE KEY-----|^Proc-Type: 4,ENCRYPTED/m.test(pem))
    throw new Error('the key is encrypted, and nobody is there to type its password');
  try {
    return createPrivateKey(pem);
  } catch {
    throw new Error('the key is none in PEM (it begins with -----BEGIN PRIVATE KEY-----)');
  }
}

function refuseWeak(key: KeyObject): void {
  const { asymmetricKeyType: kind, asymmetricKeyDetails: details } = key;
  const bits = details?.modulusLength ?? 0;
  if (kind === 'ec' && details?.namedCurve === 'prime256v1') return;
  if (kind === 'rsa' && bits >= RSA_BITS.least && bits <= RSA_BITS.most) return;
  const told = kind === 'rsa' ? `RSA of ${bits} bits` : `${kind} ${details?.namedCurve ?? ''}`.trimEnd();
  throw new Error(`the key is ${told}; agents take ECDSA on P-256, or RSA of 2048 to 4096 bits`);
}
