import { expect, it } from 'vitest';
import { settle } from '../../../collector/src/conduct/settle.ts';
import { createTestClock } from '../../support/test-clock.ts';

/** Watches an allocation that takes these values, one a look, and then stays. */
async function watch(values: readonly number[], limitMs: number) {
  const clock = createTestClock();
  let looks = 0;
  const look = async () => {
    const allocationBytes = values[Math.min(looks, values.length - 1)] ?? 0;
    looks += 1;
    return { takenAt: clock.monotonicMs(), allocationBytes };
  };
  const settled = settle({
    look,
    isSame: (one, other) => one.allocationBytes === other.allocationBytes,
    clock,
    limitMs,
  });
  let done = false;
  void settled.then(() => {
    done = true;
  });
  while (!done) {
    await new Promise((resolve) => setImmediate(resolve));
    clock.advance(20);
  }
  return { ...(await settled), tookMs: clock.monotonicMs() };
}

it('an allocation at rest is believed after a tenth of a second', async () => {
  const { still, last, tookMs } = await watch([7], 10_000);
  expect({ still, bytes: last.allocationBytes }).toEqual({ still: true, bytes: 7 });
  expect(tookMs).toBeLessThanOrEqual(200);
});

it('one that falls late is waited for', async () => {
  const { still, first, last } = await watch([9, 9, 9, 5, 5, 2], 10_000);
  expect({ still, first: first.allocationBytes, last: last.allocationBytes }).toEqual({
    still: true,
    first: 2,
    last: 2,
  });
});

it('one that never rests ends at the limit, and says so', async () => {
  const { still } = await watch(
    Array.from({ length: 1_000 }, (_, index) => index),
    1_000,
  );
  expect(still).toBe(false);
});
