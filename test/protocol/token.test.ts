import { formatToken, readToken } from '@trimtab/protocol/joining';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';

const TOKEN = {
  addresses: ['192.0.2.1:7461', '[2001:db8::1]:7461', 'host.example:7461'],
  pin: 'A'.repeat(43),
  secret: `${'B'.repeat(21)}A`,
};
const text = formatToken(TOKEN);

describe('a token', () => {
  it('is one word, and is read as it was made', () => {
    expect(text).toMatch(/^tt1\.[\w.-]+$/);
    expect(readToken(` ${text}\n`)).toEqual({ kind: 'token', token: TOKEN });
  });

  it('that was cut is called so wherever its end is', () => {
    for (let length = 4; length < text.length; length++)
      expect(readToken(text.slice(0, length)), text.slice(0, length)).toEqual({ kind: 'cut' });
  });

  it('with one letter changed is none, and never another', () => {
    fc.assert(
      fc.property(fc.nat(text.length - 5), fc.constantFrom(...'abcXYZ059_-.'), (at, letter) => {
        const changed = `${text.slice(0, at + 4)}${letter}${text.slice(at + 5)}`;
        fc.pre(changed !== text);
        expect(readToken(changed).kind).not.toBe('token');
      }),
    );
  });

  it.each([
    ['', 'not-a-token'],
    ['hello', 'not-a-token'],
    ['tta1.secret-of-the-api', 'not-a-token'],
    ['tt2.AAAA.BBBB', 'newer'],
  ] as const)('%j is %s', (other, kind) => {
    expect(readToken(other)).toEqual({ kind });
  });
});
