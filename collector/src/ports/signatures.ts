/** Is it by this key, over these bytes? Ed25519 (RFC 8032); key and signature in base64url. Never throws. */
export type VerifySignature = (call: {
  readonly key: string;
  readonly signature: string;
  readonly bytes: Uint8Array;
}) => boolean;
