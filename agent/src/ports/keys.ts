/** Everything in base64url. Pure, but for what is drawn; nothing throws, whatever a peer sent. */
export interface Keys {
  /** Of a private key (Ed25519, RFC 8032): 32 random bytes. */
  newSeed(): string;
  /** Of one connection: 32 random bytes. */
  newNonce(): string;
  /** The private key that the secret of a token makes. */
  seedOf(secret: string): string;
  publicKeyOf(seed: string): string;
  sign(call: { readonly seed: string; readonly bytes: Uint8Array }): string;
  /** SHA-256 of a host's key (SubjectPublicKeyInfo in DER). */
  pinOf(key: string): string;
  /** Is it by this key of a host, over these bytes? ECDSA (IEEE P1363), RSA or Ed25519, as the key is. */
  isByHost(call: { readonly key: string; readonly signature: string; readonly bytes: Uint8Array }): boolean;
}
