import { fromGuestCodec, fromHostCodec } from '@trimtab/protocol';
import * as fc from 'fast-check';
import { expect, it } from 'vitest';
import { seedsFor, underSeed } from '../support/seeds.ts';
import { FROM_GUEST, FROM_HOST } from './example-messages.ts';
import { hostileFrames } from './hostile-frames.ts';

// Both decoders, without a session around them.

/** `npm test` tries a sample of what the soak does, which takes ten seconds of a processor. */
const FRAMES = process.env.TRIMTAB_SOAK_SEEDS === undefined ? 100_000 : 1_000_000;
const AT_ONCE = 20_000;
/** Longer than a test runner has for one turn: a frame takes some µs. */
const SLOWEST_MS = 1_000;

const REAL = [
  ...FROM_GUEST.map((message) => fromGuestCodec.encode(message)),
  ...FROM_HOST.map((message) => fromHostCodec.encode(message)),
];

it.each(seedsFor({ suite: 1 }))(
  `${FRAMES} hostile frames at both decoders: each is a message or has a reason, and nothing is left behind (seed %i)`,
  (seed) => underSeed(seed, () => decodeHostileFrames(seed)),
);

function decodeHostileFrames(seed: number): void {
  const frames = hostileFrames(REAL);
  const prototype = Reflect.ownKeys(Object.prototype).length;
  const found = { message: 0, 'bad-frame': 0 };
  let slowestMs = 0;
  for (let done = 0; done < FRAMES; done += AT_ONCE) {
    for (const frame of fc.sample(frames, { numRuns: AT_ONCE, seed: seed + done })) {
      const beganMs = performance.now();
      for (const codec of [fromGuestCodec, fromHostCodec]) {
        const decoded = codec.decode(frame);
        found[decoded.kind] += 1;
        if (decoded.kind === 'message') continue;
        if (!/^[\x20-\x7e’“”…]{1,200}$/.test(decoded.reason))
          expect(decoded.reason).toBe('a sentence of 200 characters');
      }
      slowestMs = Math.max(slowestMs, performance.now() - beganMs);
    }
  }
  expect(Reflect.ownKeys(Object.prototype).length).toBe(prototype);
  expect(slowestMs).toBeLessThan(SLOWEST_MS);
  // Frames that are all refused at their first byte would prove nothing.
  expect(found.message).toBeGreaterThan(FRAMES / 1_000);
  expect(found['bad-frame']).toBeGreaterThan(FRAMES);
}
