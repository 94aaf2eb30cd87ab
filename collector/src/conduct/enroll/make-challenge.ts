import type { Hello } from '@trimtab/protocol';
import { toBase64Url, toTranscript } from '@trimtab/protocol/joining';
import type { Challenged } from '../../link/guest-links.ts';
import type { HostKeys } from '../../ports/host-keys.ts';

/** The host's own proof, by the key that the guest knows it by, else by its own: then the guest sees who it is not. */
export function makeChallenge({
  hello,
  binding,
  hostKeys,
  random,
  renew,
}: {
  readonly hello: Hello;
  readonly binding: string;
  readonly hostKeys: HostKeys;
  /** 32 bytes. */
  readonly random: () => Uint8Array;
  readonly renew: boolean;
}): Challenged {
  const key = (hello.pin === null ? null : hostKeys.find(hello.pin)) ?? hostKeys.all()[0];
  if (key === undefined) throw new Error('this host has no key to prove itself by');
  const nonce = toBase64Url(random());
  const signed = toTranscript('host', { hello, binding, hostNonce: nonce, pin: key.pin });
  const message = { type: 'challenge', nonce, key: key.publicKey, signature: key.sign(signed), renew } as const;
  return { message, pin: key.pin };
}
