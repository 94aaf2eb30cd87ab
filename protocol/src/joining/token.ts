import { fromBase64Url, toBase64Url } from './base64url.ts';
import { checksum } from './checksum.ts';

/** What a guest needs to join: where the collector is, how it is known, and a secret that lets in. */
export interface Token {
  /** `192.0.2.1:7461`, `[2001:db8::1]:7461`, `host.example:7461`: to be tried in this order. */
  readonly addresses: readonly string[];
  /** SHA-256 of the collector's key (SubjectPublicKeyInfo in DER), base64url. */
  readonly pin: string;
  /** 16 bytes, base64url. It never goes over a wire: it makes a key, and that signs. */
  readonly secret: string;
}

export type ReadToken =
  | { readonly kind: 'token'; readonly token: Token }
  /** `cut`: letters are missing at its end; `mistyped`: there are all, but not as they were printed. */
  | { readonly kind: 'not-a-token' | 'newer' | 'cut' | 'mistyped' };

const PREFIX = 'tt1';

/** One word for a shell, a configuration file and a QR code: `tt1.ADDRESSES.PIN.SECRET.CHECKSUM`. */
export function formatToken({ addresses, pin, secret }: Token): string {
  const body = [PREFIX, toBase64Url(Buffer.from(addresses.join(','))), pin, secret].join('.');
  return `${body}.${checksum(body)}`;
}

const LETTERS = { pin: 43, secret: 22, checksum: 6 };

/** Never throws, whatever the text; spaces around it are not of it. */
export function readToken(text: string): ReadToken {
  const parts = text.trim().split('.');
  const [prefix = '', addresses = '', pin = '', secret = '', sum = ''] = parts;
  if (/^tt[2-9]/.test(prefix)) return { kind: 'newer' };
  if (prefix !== PREFIX) return { kind: 'not-a-token' };
  if (parts.length < 5 || sum.length < LETTERS.checksum) return { kind: 'cut' };
  const body = [prefix, addresses, pin, secret].join('.');
  const list = fromBase64Url(addresses);
  const isWhole = parts.length === 5 && pin.length === LETTERS.pin && secret.length === LETTERS.secret;
  if (
    !isWhole ||
    list === null ||
    fromBase64Url(pin) === null ||
    fromBase64Url(secret) === null ||
    checksum(body) !== sum
  )
    return { kind: 'mistyped' };
  return { kind: 'token', token: { addresses: Buffer.from(list).toString().split(','), pin, secret } };
}
