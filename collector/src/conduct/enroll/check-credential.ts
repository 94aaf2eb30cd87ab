import type { Credential, Hello } from '@trimtab/protocol';
import { type Proven, toTranscript } from '@trimtab/protocol/joining';
import type { Challenged } from '../../link/guest-links.ts';
import type { VerifySignature } from '../../ports/signatures.ts';

/** All that both ends of a connection know alike, once the host has drawn its nonce. */
export function toProven({
  hello,
  binding,
  hostNonce,
  pin,
}: {
  readonly hello: Hello;
  readonly binding: string;
  readonly hostNonce: string;
  readonly pin: string;
}): Proven {
  const { key, nonce, versions, guest } = hello;
  if (key === null || nonce === null) throw new Error('a hello without a key proves nothing');
  return { binding, guestNonce: nonce, hostNonce, guestKey: key, pin, versions, guest };
}

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
  const proven = toProven({ hello, binding, hostNonce: message.nonce, pin });
  const { guestKey: key } = proven;
  const isSigned =
    verify({ key, signature, bytes: toTranscript('guest', proven) }) &&
    (join === null || verify({ ...join, bytes: toTranscript('join', proven) })) &&
    (renewed === null || verify({ ...renewed, bytes: toTranscript('renewed', proven) }));
  return isSigned ? { key, token: join?.key ?? null, renewed: renewed?.key ?? null } : null;
}
