import { createHash } from 'node:crypto';

/** By it a scanner for lost secrets knows one. */
const API_TOKEN_PREFIX = 'tta1.';

/** 32 bytes, in base64url. */
const API_TOKEN = /^tta1\.[A-Za-z0-9_-]{43}$/;

export const isApiToken = (text: string): boolean => API_TOKEN.test(text);

export const toApiToken = (secret: Uint8Array): string =>
  `${API_TOKEN_PREFIX}${Buffer.from(secret).toString('base64url')}`;

/**
 * What is kept of a token: SHA-256 over all of its letters, base64url. Who knows it cannot ask by it, and of a text with
 * 256 bits that nobody can guess a slower hash would keep no more. To find it in a table tells nothing of it either.
 */
export const toTokenHash = (token: string): string => createHash('sha256').update(token).digest('base64url');
