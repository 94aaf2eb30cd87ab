import type { Credential, Hello } from '@trimtab/protocol';
import { toTranscript } from '@trimtab/protocol/joining';
import type { Challenged } from '../../link/guest-links.ts';
import type { VerifySignature } from '../../ports/signatures.ts';

/** Keys that have signed for this connection. */
export interface Signed {
  /** Of `hello`. */
  readonly key: string;
  /** The one that a token's secret makes; null where none was shown. */
  readonly token: string | null;
  /** The one that the guest has made in its place; null where it made none. */
  readonly renewed: string | null;
}

/** Null where one of the signatures is not of this connection, or not by its key. */
export function checkCredential({
  hello,
  binding,
  challenged: { message, pin },
  credential: { signature, join, renewed },
  verify,
}: {
  readonly hello: Hello;
  readonly binding: string;
  readonly challenged: Challenged;
  readonly credential: Credential;
  readonly verify: VerifySignature;
}): Signed | null {
  const { key } = hello;
  if (key === null) return null;
  const proven = { hello, binding, hostNonce: message.nonce, pin };
  const isSigned =
    verify({ key, signature, bytes: toTranscript('guest', proven, renewed?.key) }) &&
    (join === null || verify({ ...join, bytes: toTranscript('join', proven) })) &&
    (renewed === null || verify({ ...renewed, bytes: toTranscript('renewed', proven) }));
  return isSigned ? { key, token: join?.key ?? null, renewed: renewed?.key ?? null } : null;
}
