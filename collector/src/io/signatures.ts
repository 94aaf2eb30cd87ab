import { createPublicKey, type KeyObject, verify } from 'node:crypto';
import type { VerifySignature } from '../ports/signatures.ts';

/** What precedes the 32 bytes of an Ed25519 key in its SubjectPublicKeyInfo (RFC 8410, section 4). */
const PREFIX = Buffer.from('302a300506032b6570032100', 'hex');

/** Never throws, whatever the texts: 32 bytes that are no point of the curve are no key. */
export const verifySignature: VerifySignature = ({ key, signature, bytes }) => {
  const publicKey = readKey(key);
  if (publicKey === null) return false;
  const raw = fromText(signature);
  return raw !== null && verify(null, bytes, publicKey, raw);
};

/** A text that is not as bytes are written would be another name for the same ones. */
function fromText(text: string): Buffer | null {
  const raw = Buffer.from(text, 'base64url');
  return raw.toString('base64url') === text ? raw : null;
}

function readKey(key: string): KeyObject | null {
  const raw = fromText(key);
  if (raw === null || raw.length !== 32) return null;
  try {
    return createPublicKey({ key: Buffer.concat([PREFIX, raw]), format: 'der', type: 'spki' });
  } catch {
    return null;
  }
}
