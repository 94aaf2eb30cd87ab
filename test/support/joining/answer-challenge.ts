import { createHash, randomBytes } from 'node:crypto';
import type { Challenge, Credential, Hello } from '@trimtab/protocol';
import { PLAIN_BINDING, type Proven, toTranscript } from '@trimtab/protocol/joining';
import type { GuestKeyPair } from './guest-key.ts';

/** What a `hello` says of a guest that has a key and knows the host by this pin. */
export function showKey({ key }: GuestKeyPair, pin: string): Pick<Hello, 'key' | 'nonce' | 'pin'> {
  return { key, nonce: randomBytes(32).toString('base64url'), pin };
}

/** Both ends of a connection know all of it alike. */
export function toProven({ hello, challenge, binding = PLAIN_BINDING }: Answering): Proven {
  const pin = createHash('sha256').update(Buffer.from(challenge.key, 'base64url')).digest('base64url');
  return { binding, hostNonce: challenge.nonce, pin, hello };
}

interface Answering {
  readonly hello: Hello;
  readonly challenge: Challenge;
  readonly binding?: string;
}

/** The answer of a guest with this key, which may show a token and may have made another key. */
export function answerChallenge({
  own,
  token = null,
  renewed = null,
  ...answering
}: Answering & {
  readonly own: GuestKeyPair;
  readonly token?: GuestKeyPair | null;
  readonly renewed?: GuestKeyPair | null;
}): Credential {
  const proven = toProven(answering);
  const signAs = (role: 'join' | 'renewed', pair: GuestKeyPair | null) =>
    pair === null ? null : { key: pair.key, signature: pair.sign(toTranscript(role, proven)) };
  return {
    type: 'credential',
    signature: own.sign(toTranscript('guest', proven, renewed?.key)),
    join: signAs('join', token),
    renewed: signAs('renewed', renewed),
  };
}
