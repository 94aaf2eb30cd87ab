import { expect, it } from 'vitest';
import {
  CAME_STORED_AFTER_MS,
  REMEMBERED_EVERY_MS,
  rememberGuests,
} from '../../../../collector/src/conduct/survey/remember-guests.ts';
import type { SeenGuest } from '../../../../collector/src/ports/store/guests.ts';
import { createTestClock } from '../../../support/test-clock.ts';
import { aConnected, WEB } from '../known-host.ts';

function startRemembering({ fails = false } = {}) {
  const clock = createTestClock();
  const stored: (readonly SeenGuest[])[] = [];
  const errors: unknown[] = [];
  let lastHeardAt = 1;
  const { came, stop } = rememberGuests({
    clock,
    log: { info() {}, warn() {}, error: (fields) => errors.push(fields) },
    links: { guests: () => [aConnected({ lastHeardAt })] },
    store: {
      async sawGuests(seen) {
        if (fails) throw new Error('the disk is full');
        stored.push(seen);
      },
    },
  });
  return {
    clock,
    stored,
    errors,
    came,
    stop,
    hear: (at: number) => {
      lastHeardAt = at;
    },
  };
}

it('stores once a minute when the connected guests were last heard, whatever they say in between', () => {
  const { clock, stored, hear, stop } = startRemembering();
  for (let second = 1; second < 60; second += 1) {
    hear(second);
    clock.advance(1_000);
  }
  expect(stored).toEqual([]);
  clock.advance(1_000);
  expect(stored).toEqual([[{ id: WEB, seenAt: 59, visits: null }]]);
  clock.advance(2 * REMEMBERED_EVERY_MS);
  expect(stored).toHaveLength(3);
  stop();
  clock.advance(REMEMBERED_EVERY_MS);
  expect(stored).toHaveLength(3);
  expect(clock.armed()).toBe(0);
});

it('says so when it cannot be stored, and tries again a minute later', async () => {
  const { clock, errors } = startRemembering({ fails: true });
  clock.advance(2 * REMEMBERED_EVERY_MS);
  await new Promise((resolve) => setImmediate(resolve));
  expect(errors).toEqual([{ reason: 'the disk is full' }, { reason: 'the disk is full' }]);
});

it('stores those who come at once together, and soon', () => {
  const { clock, stored, came, stop } = startRemembering();
  const ids = ['a', 'b'] as unknown as [typeof WEB, typeof WEB];
  for (const id of ids) came({ id, lastHeardAt: 7, visits: null });
  expect(stored).toEqual([]);
  clock.advance(CAME_STORED_AFTER_MS);
  expect(stored).toEqual([ids.map((id) => ({ id, seenAt: 7, visits: null }))]);
  came({ id: WEB, lastHeardAt: 8, visits: null });
  stop();
  clock.advance(REMEMBERED_EVERY_MS);
  expect(stored).toHaveLength(1);
  expect(clock.armed()).toBe(0);
});
