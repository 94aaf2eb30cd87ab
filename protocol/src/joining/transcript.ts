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
  readonly guestNonce: string;
  readonly hostNonce: string;
  /** Of `hello`. */
  readonly guestKey: string;
  /** SHA-256 of the host's key. */
  readonly pin: string;
  readonly versions: { readonly oldest: number; readonly newest: number };
  readonly guest: {
    readonly hostname: string;
    readonly productUuid: string | null;
    readonly machineId: string | null;
    readonly bootId: string | null;
  };
}

/**
 * What is signed. Both nonces keep it from being used again, the binding and the pin from being used elsewhere, and what
 * `hello` said from being changed on the way.
 */
export function toTranscript(role: Role, proven: Proven): Uint8Array {
  const { binding, guestNonce, hostNonce, guestKey, pin, versions, guest } = proven;
  const said = [versions.oldest, versions.newest, guest.hostname, guest.productUuid, guest.machineId, guest.bootId];
  const lines = ['trimtab proof 1', role, binding, guestNonce, hostNonce, guestKey, pin, JSON.stringify(said)];
  return Buffer.from(lines.join('\n'));
}
