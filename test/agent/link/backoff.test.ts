import fc from 'fast-check';
import { expect, it } from 'vitest';
import { backoffMs, slowBackoffMs } from '../../../agent/src/link/backoff.ts';

it('is between one second and a bound that doubles up to a minute', () => {
  const bounds = [0, 1, 2, 3, 4, 5, 6, 7, 1000].map((failures) => [
    backoffMs({ failures, random: () => 0 }),
    backoffMs({ failures, random: () => 1 }),
  ]);
  expect(bounds).toEqual(
    [2_000, 4_000, 8_000, 16_000, 32_000, 60_000, 60_000, 60_000, 60_000].map((most) => [1_000, most]),
  );
});

it('spreads guests over the whole of it', () => {
  fc.assert(
    fc.property(fc.nat(100), fc.double({ min: 0, max: 1, noNaN: true }), (failures, drawn) => {
      const delayMs = backoffMs({ failures, random: () => drawn });
      expect(delayMs).toBeGreaterThanOrEqual(1_000);
      expect(delayMs).toBeLessThanOrEqual(60_000);
      expect(backoffMs({ failures, random: () => Math.min(1, drawn + 0.1) })).toBeGreaterThanOrEqual(delayMs);
    }),
  );
});

it('is slow where an early return would only be refused again', () => {
  expect([0, 1].map((drawn) => slowBackoffMs({ random: () => drawn }))).toEqual([30_000, 60_000]);
});
