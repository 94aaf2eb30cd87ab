import { createPublicKey, type KeyObject, verify } from 'node:crypto';
import type { VerifySignature } from '../ports/signatures.ts';

/** What precedes the 32 bytes of an Ed25519 key in its SubjectPublicKeyInfo (RFC 8410, section 4). */
const PREFIX = Buffer.from('302a300506032b6570032100', 'hex');

/** Never throws, whatever the texts: 32 bytes that are no point of the curve are no key. */
export const verifySignature: VerifySignature = ({ key, signature, bytes }) => {
  const publicKey = readKey(key);
  if (publicKey === null) return false;
  return verify(null, bytes, publicKey, Buffer.from(signature, 'base64url'));
};

function readKey(key: string): KeyObject | null {
  const raw = Buffer.from(key, 'base64url');
  // A text that is not as one is written would be another name of the same key.
  if (raw.length !== 32 || raw.toString('base64url') !== key) return null;
  try {
    return createPublicKey({ key: Buffer.concat([PREFIX, raw]), format: 'der', type: 'spki' });
  } catch {
    return null;
  }
}
