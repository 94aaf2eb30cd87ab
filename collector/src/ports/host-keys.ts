/** A key that this collector proves itself by, to agents and on TLS. */
export interface HostKey {
  /** SHA-256 of the SubjectPublicKeyInfo in DER, base64url: by it agents know this collector. */
  readonly pin: string;
  /** That SubjectPublicKeyInfo, base64url. */
  readonly publicKey: string;
  /** Its certificate, with what leads to it where an operator gave one. PEM. */
  readonly certificate: string;
  /** PEM. In no log, answer or error. */
  readonly privateKey: string;
  /** ECDSA as IEEE P1363, base64url. */
  sign(bytes: Uint8Array): string;
}

/**
 * The keys of this collector, as they are now: one, and while they are changed the next or the last one beside it.
 */
export interface HostKeys {
  /** Those that agents may know it by: the one that new connections are to use first. */
  all(): readonly HostKey[];
  /** By the pin that an agent knows; null where this collector has no such key (any more). */
  find(pin: string): HostKey | null;
}
