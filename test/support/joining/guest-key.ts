import { createHash, createPrivateKey, createPublicKey, type KeyObject, randomBytes, sign } from 'node:crypto';
import { fromBase64Url, toBase64Url } from '@trimtab/protocol/joining';

/** What precedes the 32 bytes of the seed of an Ed25519 key in PKCS#8 (RFC 8410, section 7). */
const PREFIX = Buffer.from('302e020100300506032b657004220420', 'hex');

/** A key of a guest, as a test makes one. */
export interface GuestKeyPair {
  /** The public half: 32 bytes, base64url. */
  readonly key: string;
  /** Base64url. */
  sign(bytes: Uint8Array): string;
}

export function makeGuestKey(seed: Uint8Array = randomBytes(32)): GuestKeyPair {
  const own = createPrivateKey({ key: Buffer.concat([PREFIX, seed]), format: 'der', type: 'pkcs8' });
  return { key: toPublic(own), sign: (bytes) => sign(null, bytes, own).toString('base64url') };
}

/** The key that the secret of a token makes. */
export function keyOfSecret(secret: string): GuestKeyPair {
  const bytes = fromBase64Url(secret);
  if (bytes === null) throw new Error(`no secret: ${secret}`);
  return makeGuestKey(createHash('sha256').update('trimtab join').update(bytes).digest());
}

function toPublic(own: KeyObject): string {
  const spki = createPublicKey(own).export({ type: 'spki', format: 'der' });
  return toBase64Url(spki.subarray(-32));
}
