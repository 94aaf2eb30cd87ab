import { expect, it } from 'vitest';
import { createSeldom, STANDS_AT_MOST_MS, STANDS_TIMES } from '../../../collector/src/coordinate/seldom.ts';
import { createTestClock } from '../../support/test-clock.ts';

function scene(tookMs: number) {
  const clock = createTestClock();
  let made = 0;
  const ask = createSeldom({
    clock,
    async make() {
      clock.advance(tookMs);
      made += 1;
      return made;
    },
  });
  return { clock, ask };
}

it('an answer stands for some times as long as it took', async () => {
  const { clock, ask } = scene(10);
  expect(await ask()).toBe(1);
  clock.advance(10 * STANDS_TIMES - 1);
  expect(await ask()).toBe(1);
  clock.advance(1);
  expect(await ask()).toBe(2);
});

it('one that took long stands no longer than an overview may be old', async () => {
  const { clock, ask } = scene(60_000);
  expect(await ask()).toBe(1);
  clock.advance(STANDS_AT_MOST_MS - 1);
  expect(await ask()).toBe(1);
  clock.advance(1);
  expect(await ask()).toBe(2);
});

it('one that took no time stands for none, and one that failed is made anew', async () => {
  const { ask } = scene(0);
  expect([await ask(), await ask()]).toEqual([1, 2]);
  let fails = true;
  const failing = createSeldom({
    clock: createTestClock(),
    make: () => (fails ? Promise.reject(new Error('away')) : Promise.resolve('here')),
  });
  await expect(failing()).rejects.toThrow('away');
  fails = false;
  expect(await failing()).toBe('here');
});
