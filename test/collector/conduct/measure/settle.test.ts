import { expect, it } from 'vitest';
import { settle } from '../../../../collector/src/conduct/measure/settle.ts';
import { createTestClock } from '../../../support/test-clock.ts';

/** Watches allocations that take these values, one a reading, and then stay. */
async function watch(
  all: Readonly<Record<string, { readonly values: readonly number[]; readonly lagMs?: number }>>,
  limitMs = 10_000,
) {
  const clock = createTestClock();
  const readings: (readonly string[])[] = [];
  const settling = settle({
    watched: Object.entries(all).map(([key, { lagMs = 0 }]) => ({ key, lagMs })),
    read: async (keys) => {
      const index = readings.push(keys) - 1;
      const at = clock.monotonicMs();
      return new Map(keys.map((key) => [key, { at, bytes: all[key]?.values[index] ?? all[key]?.values.at(-1) ?? 0 }]));
    },
    isSame: (one, other) => one.bytes === other.bytes,
    clock,
    limitMs,
  });
  let done = false;
  void settling.then(() => {
    done = true;
  });
  while (!done) {
    await new Promise((resolve) => setImmediate(resolve));
    clock.advance(10);
  }
  return { settled: await settling, readings, tookMs: clock.monotonicMs() };
}

it('an allocation at rest is believed after a tenth of a second', async () => {
  const { settled, tookMs } = await watch({ a: { values: [7] } });
  expect(settled.get('a')).toMatchObject({ still: true, last: { bytes: 7 } });
  expect(tookMs).toBeLessThanOrEqual(200);
});

it('one that falls late is waited for', async () => {
  const { settled } = await watch({ a: { values: [9, 9, 9, 5, 5, 2] } });
  expect(settled.get('a')).toMatchObject({ still: true, first: { bytes: 2 }, last: { bytes: 2 } });
});

it('one that never rests ends at the limit and says so, and one beside it that rests is believed', async () => {
  const values = Array.from({ length: 1_000 }, (_, index) => index);
  const { settled, readings } = await watch({ a: { values }, b: { values: [7] } }, 1_000);
  expect([settled.get('a')?.still, settled.get('b')?.still]).toEqual([false, true]);
  expect(readings[0]).toEqual(['a', 'b']);
  expect(readings.at(-1)).toEqual(['a']);
});

it('where the host tells late, the time in which nothing moves begins only when it must have told', async () => {
  const { settled, readings } = await watch({ a: { values: [9, 9, 9, 5], lagMs: 1_000 } });
  const { first, last, still } = settled.get('a') ?? {};
  expect({ still, bytes: [first?.bytes, last?.bytes] }).toEqual({ still: true, bytes: [5, 5] });
  // It fell at the fourth reading, 250 ms apart: the lag is over at 1750 ms.
  expect(first?.at).toBeGreaterThanOrEqual(1_750);
  expect((last?.at ?? 0) - (first?.at ?? 0)).toBeGreaterThanOrEqual(100);
  expect(readings.length).toBeLessThan(12);
});

it('nothing to watch is done at once', async () => {
  expect((await watch({})).settled.size).toBe(0);
});
