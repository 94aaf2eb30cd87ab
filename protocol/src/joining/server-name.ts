import { fromBase64Url } from './base64url.ts';

const PIN_LETTERS = 32;
const SERVER_NAME = new RegExp(`^[0-9a-f]{${PIN_LETTERS}}\\.trimtab$`);

/**
 * What a guest asks for as the name of the server in TLS (RFC 6066, section 3): none of the DNS. By it a collector with
 * several keys serves the one that this guest knows.
 */
export function toServerName(pin: string): string {
  const hex = Buffer.from(fromBase64Url(pin) ?? []).toString('hex');
  return `${hex.slice(0, PIN_LETTERS)}.trimtab`;
}

/** Does it ask for a key by its pin? */
export const isServerName = (name: string): boolean => SERVER_NAME.test(name);
