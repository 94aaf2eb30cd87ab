import { expect, it } from 'vitest';
import { everySoOften, FIRST_AFTER_MS } from '../../../../collector/src/conduct/watch/steadily.ts';
import { createTestClock } from '../../../support/test-clock.ts';

const MINUTE_MS = 60_000;

/** What waits for no timer is done. */
const untilQuiet = () => new Promise((resolve) => setImmediate(resolve));

it('steps do not wander, and begin some seconds after the start', async () => {
  const clock = createTestClock();
  const at: number[] = [];
  const steps = everySoOften({
    clock,
    everyMs: MINUTE_MS,
    work: async () => void at.push(clock.monotonicMs()),
    onFailed: () => {},
  });
  steps.start();
  for (let second = 0; second < 200; second += 1) {
    clock.advance(1_000);
    await untilQuiet();
  }
  expect(at).toEqual([0, 1, 2, 3].map((step) => FIRST_AFTER_MS + step * MINUTE_MS));
  steps.stop();
  clock.advance(10 * MINUTE_MS);
  await untilQuiet();
  expect(at).toHaveLength(4);
  expect(clock.armed()).toBe(0);
});

it('what was missed while the host slept is not caught up', async () => {
  let nowMs = 0;
  let due: { readonly atMs: number; readonly call: () => void } | null = null;
  const clock = {
    monotonicMs: () => nowMs,
    after(delayMs: number, call: () => void) {
      due = { atMs: nowMs + delayMs, call };
      return () => {};
    },
  };
  const at: number[] = [];
  const work = async () => void at.push(nowMs);
  everySoOften({ clock, everyMs: MINUTE_MS, work, onFailed: () => {} }).start();
  for (const wakesMs of [5_000, 1_800_000, 1_865_000, 1_925_000]) {
    nowMs = wakesMs;
    const step = due as { atMs: number; call: () => void } | null;
    if (step !== null && step.atMs <= nowMs) step.call();
    await untilQuiet();
  }
  expect(at).toEqual([5_000, 1_800_000, 1_865_000, 1_925_000]);
});

it('a step that comes while one is under way is left out, and one that failed is told', async () => {
  const clock = createTestClock();
  const ends: (() => void)[] = [];
  const failures: unknown[] = [];
  let begun = 0;
  const steps = everySoOften({
    clock,
    everyMs: MINUTE_MS,
    async work() {
      begun += 1;
      if (begun > 1) throw new Error('no');
      await new Promise<void>((resolve) => ends.push(resolve));
    },
    onFailed: (error) => failures.push(error),
  });
  steps.start();
  clock.advance(4 * MINUTE_MS);
  await untilQuiet();
  expect(begun).toBe(1);
  for (const end of ends) end();
  await untilQuiet();
  clock.advance(MINUTE_MS);
  await untilQuiet();
  expect({ begun, failures }).toEqual({ begun: 2, failures: [new Error('no')] });
  steps.stop();
});
