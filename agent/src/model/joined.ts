/** A collector that this guest has joined, or is joining. Secret as a whole: it holds the guest's private key. */
export interface JoinedCollector {
  /** Of the key (Ed25519, RFC 8032) that this guest proves itself by there and nowhere else: 32 bytes, base64url. */
  readonly seed: string;
  /** One that it has made in the place of that, and of which it does not know yet whether the host has taken it. */
  readonly renewedSeed: string | null;
  /** SHA-256 of each key of that host, base64url; the one in use first. */
  readonly pins: readonly string[];
  /** `192.0.2.1:7461`, `[2001:db8::1]:7461`: to be tried in this order. */
  readonly addresses: readonly string[];
  /** What this guest is called there; null until it was welcomed for the first time. */
  readonly name: string | null;
  readonly joinedAt: number | null;
  /** Of the key that a token's secret makes, while a person is to decide whether this guest may join by it; else null. */
  readonly tokenSeed: string | null;
}

/** It is gone to as long as its host has not said no. */
export function isPending({ joinedAt, tokenSeed }: JoinedCollector): boolean {
  return joinedAt === null && tokenSeed !== null;
}

/** Are they entries of one collector? */
export function sharePin(one: JoinedCollector, other: JoinedCollector): boolean {
  return one.pins.some((pin) => other.pins.includes(pin));
}

/** What a session finds out and the agent is to remember, of the collector with this seed. */
export type JoinedChange =
  /** It was welcomed by the key that it shows now. */
  | { readonly kind: 'welcomed'; readonly seed: string; readonly name: string }
  /** It has made a key, by the host's wish, and is about to show it. */
  | { readonly kind: 'renewing'; readonly seed: string; readonly renewedSeed: string }
  /** The host knows nothing of the key that it had made. */
  | { readonly kind: 'not-renewed'; readonly seed: string }
  | {
      readonly kind: 'learned';
      readonly seed: string;
      readonly pins: readonly string[];
      readonly addresses: readonly string[];
    };

/** The seed by which it shows itself next. */
export function seedInUse({ seed, renewedSeed }: JoinedCollector): string {
  return renewedSeed ?? seed;
}
