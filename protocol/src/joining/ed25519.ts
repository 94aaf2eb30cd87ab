/** What precedes the 32 bytes of an Ed25519 key in its SubjectPublicKeyInfo (RFC 8410, section 4). */
export const SPKI_HEAD: Uint8Array = Buffer.from('302a300506032b6570032100', 'hex');

/** What precedes the 32 bytes of its seed in its PKCS #8 (RFC 8410, section 7). */
export const PKCS8_HEAD: Uint8Array = Buffer.from('302e020100300506032b657004220420', 'hex');

/** The SHA-256 of this and the secret of a token is the seed of the key by which that lets in. */
export const JOIN_LABEL = 'trimtab join';
