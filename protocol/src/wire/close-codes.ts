/**
 * Why a session was closed; but for the first, in the private range of RFC 6455 section 7.4.2. 44xx: the peer did
 * something wrong, after the HTTP code of like meaning; 45xx: this end cannot go on. PROTOCOL.md says what a peer does
 * on each.
 */
export const CLOSE_CODES = {
  /** Of the registry of RFC 6455, section 11.7: there is no place for this guest now. */
  tryLater: 1013,
  /** Not MessagePack, not a message, or a field that breaks its bounds. */
  badFrame: 4400,
  /** The first message was not `hello`. */
  notGreeted: 4401,
  /** The guest's key was revoked on this host. */
  revoked: 4403,
  /** This host does not know the key: it was forgotten, or never joined here. */
  unknownKey: 4404,
  /** No key was shown, and this host takes none without. */
  notJoined: 4405,
  /** No version in common; the reason says which end is too old. */
  version: 4406,
  /** `hello` did not come in time. */
  greetingTimeout: 4408,
  /** The same guest connected again; the older session goes. */
  superseded: 4409,
  /** The token's time is over. */
  tokenExpired: 4410,
  /** Others have used the token up. */
  tokenUsed: 4411,
  /** No such token was made here, or it was withdrawn. */
  tokenUnknown: 4412,
  /** It looks like a copy of another guest, and waits for a person's word. */
  held: 4413,
  /** A signature is not of this connection, or not by this key. */
  badSignature: 4414,
  /** Less was offered than this peer is known to have: a key, or the version that has them. */
  downgrade: 4415,
  /** This host does not run the guest now, and the guest has other collectors. */
  elsewhere: 4416,
  /** What answers is not the collector whose key is known. */
  wrongKey: 4417,
  /** A known message at a moment at which it has no meaning. */
  outOfOrder: 4422,
  /** More frames than the rate limit allows. */
  tooMany: 4429,
  /** This end failed; the peer may come back. */
  internal: 4500,
} as const;

export type CloseCode = (typeof CLOSE_CODES)[keyof typeof CLOSE_CODES];

/** RFC 6455 section 5.5 leaves 123 bytes for the reason of a close frame; ws throws on more. */
export function limitReason(reason: string): string {
  const bytes = new TextEncoder().encode(reason);
  return bytes.length <= 123 ? reason : new TextDecoder().decode(bytes.subarray(0, 119)).replace(/\uFFFD*$/, '…');
}
