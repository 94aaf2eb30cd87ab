import * as v from 'valibot';

/** 32 bytes in base64url (RFC 4648, section 5) without padding: an Ed25519 public key, a SHA-256, a nonce. */
export const key32Schema = v.pipe(v.string(), v.regex(/^[A-Za-z0-9_-]{43}$/));

/** 64 bytes: a signature by Ed25519 (RFC 8032). */
export const signatureSchema = v.pipe(v.string(), v.regex(/^[A-Za-z0-9_-]{86}$/));

/** Of a key that the operator chose, RSA of 4,096 bits at the most: 512 bytes. */
export const hostSignatureSchema = v.pipe(v.string(), v.regex(/^[A-Za-z0-9_-]{64,684}$/));

/** SubjectPublicKeyInfo in DER (RFC 5280, section 4.1), RSA of 4,096 bits at the most: 550 bytes. */
export const hostKeySchema = v.pipe(v.string(), v.regex(/^[A-Za-z0-9_-]{40,760}$/));

/** Addresses of one collector, and keys that it has at one time. */
export const MOST_ADDRESSES = 8;
export const MOST_PINS = 4;

/** `192.0.2.1:7461`, `[2001:db8::1]:7461`, `host.example:7461`. */
export const addressSchema = v.pipe(
  v.string(),
  v.regex(/^(?:\[[0-9A-Fa-f:.]+\]|[A-Za-z0-9._-]+):[0-9]{1,5}$/),
  v.maxLength(280),
);
