/** Who signs, and as what. A signature of one kind is none of another. */
export type Role = 'host' | 'guest' | 'join' | 'renewed';

/** A connection that is not encrypted (loopback): nothing of it can be bound to. */
export const PLAIN_BINDING = 'plain';

/** Label and length of the keying material that binds the proof to a TLS connection (RFC 5705, RFC 9266 in manner). */
export const BINDING_LABEL = 'EXPORTER-trimtab-proof';
export const BINDING_BYTES = 32;

/** All that both ends of one connection know alike. */
export interface Proven {
  /** Keying material of the TLS connection (base64url), which no other connection has; or PLAIN_BINDING. */
  readonly binding: string;
  readonly hostNonce: string;
  /** SHA-256 of the host's key. */
  readonly pin: string;
  readonly hello: SignedHello;
}

/** A `hello`, as far as its sender signs it: all of it but the pin, which the host's own key decides. */
interface SignedHello {
  readonly key: string | null;
  readonly nonce: string | null;
  readonly versions: { readonly oldest: number; readonly newest: number };
  readonly agentVersion: string;
  readonly guest: {
    readonly hostname: string;
    readonly productUuid: string | null;
    readonly machineId: string | null;
    readonly bootId: string | null;
  };
  readonly others: number;
  readonly starter: string | null;
  readonly nextVisitAt: number | null;
}

/**
 * What is signed. Both nonces keep it from being used again, the binding and the pin from being used elsewhere, and what
 * `hello` said from being changed on the way. The key of the guest also signs the one that it has made in its own place
 * (`renewedKey`), so that nobody else puts one there.
 */
export function toTranscript(role: Role, proven: Proven, renewedKey: string | null = null): Uint8Array {
  const { binding, hostNonce, pin, hello } = proven;
  const { versions, guest, agentVersion, others, starter, nextVisitAt } = hello;
  const who = [guest.hostname, guest.productUuid, guest.machineId, guest.bootId];
  const said = [versions.oldest, versions.newest, ...who, agentVersion, others, starter, nextVisitAt];
  const ends = [binding, hello.nonce ?? '', hostNonce, hello.key ?? '', pin, renewedKey ?? ''];
  return Buffer.from(['trimtab proof 1', role, ...ends, JSON.stringify(said)].join('\n'));
}
