import { createHash, createPrivateKey, createPublicKey, randomBytes } from 'node:crypto';
import { JOIN_LABEL, PKCS8_HEAD, SPKI_HEAD, toBase64Url } from '@trimtab/protocol/joining';
import { toApiToken, toTokenHash } from '../model/api-token.ts';
import type { Secrets } from '../ports/secrets.ts';

export const secrets: Secrets = {
  newId: () => randomBytes(4).toString('hex'),
  newJoin() {
    const secret = randomBytes(16);
    return { secret: toBase64Url(secret), key: keyOfSecret(secret) };
  },
  newApiToken() {
    const token = toApiToken(randomBytes(32));
    return { token, hash: toTokenHash(token) };
  },
};

/** As the agent makes it: the seed is the SHA-256 of a label and the secret. */
export function keyOfSecret(secret: Uint8Array): string {
  const seed = createHash('sha256').update(JOIN_LABEL).update(secret).digest();
  const key = createPrivateKey({ key: Buffer.concat([PKCS8_HEAD, seed]), format: 'der', type: 'pkcs8' });
  return toBase64Url(createPublicKey(key).export({ format: 'der', type: 'spki' }).subarray(SPKI_HEAD.length));
}
