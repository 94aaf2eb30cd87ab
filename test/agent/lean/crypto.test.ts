import { createHash, randomBytes } from 'node:crypto';
import { expect, it } from 'vitest';

// Plain JavaScript, without types: it exists in the bundle only.
const lean = await import(new URL('../../../agent/lean/crypto.mjs', import.meta.url).href);

it.each([0, 1, 55, 56, 60, 63, 64, 65, 119, 120, 1000])('its SHA-1 is the one of node:crypto (%i bytes)', (size) => {
  const data = randomBytes(size);
  expect(lean.createHash('sha1').update(data).digest('base64')).toBe(createHash('sha1').update(data).digest('base64'));
});

it('accepts the handshake of RFC 6455, section 1.3', () => {
  const hash = lean.createHash('sha1').update('dGhlIHNhbXBsZSBub25jZQ==258EAFA5-E914-47DA-95CA-C5AB0DC85B11');
  expect(hash.digest('base64')).toBe('s3pPLMBiTxaQ9kYGzzhZRbK+xOo=');
});

it('draws UUIDs of version 4, each another', () => {
  const drawn = Array.from({ length: 100 }, () => lean.randomUUID());
  for (const uuid of drawn)
    expect(uuid).toMatch(/^[0-9a-f]{8}-[0-9a-f]{4}-4[0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}$/);
  expect(new Set(drawn).size).toBe(100);
});

it('fills the part that was asked for, and no more', () => {
  const bytes = Buffer.alloc(64);
  lean.randomFillSync(bytes, 16, 32);
  expect(bytes.subarray(0, 16)).toEqual(Buffer.alloc(16));
  expect(bytes.subarray(48)).toEqual(Buffer.alloc(16));
  expect(bytes.subarray(16, 48)).not.toEqual(Buffer.alloc(32));
});
