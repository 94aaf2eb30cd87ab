// In the bundle this stands in for node:crypto, of which a session without TLS needs very little: loading all of it
// costs an idle agent about 3 MB and 5 ms. Nothing here keeps a secret: SHA-1 is the handshake's checksum (RFC 6455,
// section 4.2.2).
import { closeSync, openSync, readSync } from 'node:fs';

/** From the kernel's own generator, as node:crypto is seeded; the agent runs on Linux only. */
export function randomFillSync(bytes, offset = 0, size = bytes.length - offset) {
  const device = openSync('/dev/urandom', 'r');
  try {
    for (let read = 0; read < size; ) read += readSync(device, bytes, offset + read, size - read, null);
  } finally {
    closeSync(device);
  }
  return bytes;
}

export function randomBytes(size) {
  return randomFillSync(Buffer.alloc(size));
}

/** RFC 9562, section 5.4. */
export function randomUUID() {
  const bytes = randomBytes(16);
  bytes[6] = (bytes[6] & 0x0f) | 0x40;
  bytes[8] = (bytes[8] & 0x3f) | 0x80;
  return bytes.toString('hex').replace(/^(.{8})(.{4})(.{4})(.{4})(.{12})$/, '$1-$2-$3-$4-$5');
}

/** `createHash('sha1').update(text).digest('base64')`, and no other way of calling it. */
export function createHash(algorithm) {
  if (algorithm !== 'sha1') throw new Error(`there is no ${algorithm} in the bundle`);
  const parts = [];
  const hash = {
    update(data) {
      parts.push(Buffer.from(data));
      return hash;
    },
    digest: (encoding) => sha1(Buffer.concat(parts)).toString(encoding),
  };
  return hash;
}

/** FIPS 180-4, section 6.1. */
function sha1(message) {
  const padded = Buffer.alloc(Math.ceil((message.length + 9) / 64) * 64);
  message.copy(padded);
  padded[message.length] = 0x80;
  padded.writeUInt32BE(message.length * 8, padded.length - 4);
  const state = [0x67452301, 0xefcdab89, 0x98badcfe, 0x10325476, 0xc3d2e1f0];
  for (let at = 0; at < padded.length; at += 64) addBlock(state, padded.subarray(at, at + 64));
  const digest = Buffer.alloc(20);
  state.forEach((word, index) => {
    digest.writeUInt32BE(word >>> 0, index * 4);
  });
  return digest;
}

function addBlock(state, block) {
  const words = Array.from({ length: 16 }, (_, index) => block.readUInt32BE(index * 4));
  for (let t = 16; t < 80; t++) words.push(rotate(words[t - 3] ^ words[t - 8] ^ words[t - 14] ^ words[t - 16], 1));
  let [a, b, c, d, e] = state;
  for (let t = 0; t < 80; t++) {
    const [mixed, constant] =
      t < 20
        ? [(b & c) | (~b & d), 0x5a827999]
        : t < 40
          ? [b ^ c ^ d, 0x6ed9eba1]
          : t < 60
            ? [(b & c) | (b & d) | (c & d), 0x8f1bbcdc]
            : [b ^ c ^ d, 0xca62c1d6];
    const next = (rotate(a, 5) + mixed + e + constant + words[t]) | 0;
    [a, b, c, d, e] = [next, a, rotate(b, 30), c, d];
  }
  [a, b, c, d, e].forEach((word, index) => {
    state[index] = (state[index] + word) | 0;
  });
}

const rotate = (word, bits) => (word << bits) | (word >>> (32 - bits));
