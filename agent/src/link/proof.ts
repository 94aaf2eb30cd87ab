import type { Challenge, Credential, Hello } from '@trimtab/protocol';
import { type Role, toTranscript } from '@trimtab/protocol/joining';
import { type JoinedChange, seedInUse } from '../model/joined.ts';
import type { Membership } from '../model/route.ts';
import type { Keys } from '../ports/keys.ts';
import type { Opened } from '../ports/transport.ts';

/** What a `hello` with a key said, and over which connection. */
export interface Shown {
  readonly hello: Hello & { readonly key: string; readonly nonce: string };
  readonly seed: string;
  readonly opened: Opened;
  readonly joined: Membership;
}

/** A challenge by the right host, and what answers it. */
export interface Answered {
  readonly credential: Credential;
  /** Of the key that this guest has once it was welcomed. */
  readonly seed: string;
}

/** A hello that names the key by which this collector knows the guest, and the key by which the guest knows it. */
export function showKey({
  hello,
  joined,
  others,
  opened,
  failures,
  keys,
}: {
  hello: Hello;
  joined: Membership;
  others: number;
  opened: Opened;
  /** Rounds in a row that led nowhere. */
  failures: number;
  keys: Keys;
}): Shown {
  const seed = seedInUse(joined.collector);
  const { pins } = joined.collector;
  // In plain nothing has shown which key the host has: it may have another of them than the first.
  const pin = opened.pin ?? pins[failures % pins.length] ?? null;
  const shown = { ...hello, key: keys.publicKeyOf(seed), nonce: keys.newNonce(), pin, others };
  return { hello: shown, seed, opened, joined };
}

export type Checked =
  | { readonly kind: 'answered'; readonly answered: Answered }
  /** It has to be kept before it is shown. */
  | { readonly kind: 'renewing'; readonly change: JoinedChange; readonly answered: Answered }
  | { readonly kind: 'wrong-key' | 'bad-signature' };

/** Is it the host that this guest knows, and does it speak to us on this very connection? If so, what to answer. */
export function checkChallenge({
  shown,
  challenge,
  keys,
}: {
  shown: Shown;
  challenge: Challenge;
  keys: Keys;
}): Checked {
  const { joined, seed } = shown;
  const pin = keys.pinOf(challenge.key);
  if (!joined.collector.pins.includes(pin)) return { kind: 'wrong-key' };
  const proven = { binding: shown.opened.binding, hostNonce: challenge.nonce, pin, hello: shown.hello };
  const { key, signature } = challenge;
  if (!keys.isByHost({ key, signature, bytes: toTranscript('host', proven) })) return { kind: 'bad-signature' };

  const alsoSigns = (role: Role, own: string | null) =>
    own === null
      ? null
      : { key: keys.publicKeyOf(own), signature: keys.sign({ seed: own, bytes: toTranscript(role, proven) }) };
  const renewedSeed = challenge.renew ? keys.newSeed() : null;
  const renewed = alsoSigns('renewed', renewedSeed);
  const credential: Credential = {
    type: 'credential',
    signature: keys.sign({ seed, bytes: toTranscript('guest', proven, renewed?.key) }),
    join: alsoSigns('join', joined.tokenSeed),
    renewed,
  };
  const answered = { credential, seed: renewedSeed ?? seed };
  return renewedSeed === null
    ? { kind: 'answered', answered }
    : { kind: 'renewing', change: { kind: 'renewing', seed, renewedSeed }, answered };
}
