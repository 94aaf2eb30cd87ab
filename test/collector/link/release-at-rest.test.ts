import { expect, it } from 'vitest';
import { MANY_GUESTS, REST_MS, releaseAtRest } from '../../../collector/src/link/release-at-rest.ts';
import { createTestClock } from '../../support/test-clock.ts';

/** How often memory is given back while so many are connected at the end of each while. */
function releasesAt(counts: readonly number[]): readonly number[] {
  const clock = createTestClock();
  let connected = 0;
  let released = 0;
  const stop = releaseAtRest({
    clock,
    countGuests: () => connected,
    release() {
      released += 1;
    },
  });
  const seen = counts.map((count) => {
    connected = count;
    clock.advance(REST_MS);
    return released;
  });
  stop();
  expect(clock.armed()).toBe(0);
  return seen;
}

it('memory is given back twice when nobody has come yet, and when many have come or left and nobody does so any more', () => {
  const many = MANY_GUESTS;
  expect(releasesAt([0, 0, 0, many, many, many, many])).toEqual([1, 2, 2, 2, 3, 4, 4]);
  expect(releasesAt([0, 0, many, 2 * many, 2 * many, many, 0, 0, 0, 0])).toEqual([1, 2, 2, 2, 3, 3, 3, 4, 5, 5]);
});

it('memory is not given back while guests come, nor for a few', () => {
  const many = MANY_GUESTS;
  expect(releasesAt([0, 0, many, many + 1, many + 2, many + 1])).toEqual([1, 2, 2, 2, 2, 2]);
  expect(releasesAt([0, 0, many - 1, many - 1, many - 1, 0, 0])).toEqual([1, 2, 2, 2, 2, 2, 2]);
});
