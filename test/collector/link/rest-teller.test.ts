import type { FromHost } from '@trimtab/protocol';
import { expect, it } from 'vitest';
import { createRestTeller, REST_EVERY_MS, REST_FIRST_MS } from '../../../collector/src/link/rest-teller.ts';
import { createTestClock } from '../../support/test-clock.ts';
import { aConnected, INVENTORY, WEB } from '../conduct/known-host.ts';

const VISITOR = aConnected({ wireVersion: 4, visits: { starter: 'timer', nextVisitAt: null } });

function scene(guest = VISITOR) {
  const clock = createTestClock();
  const said: FromHost['type'][] = [];
  const here: { guest: typeof guest | null; isBusy: boolean } = { guest, isBusy: false };
  const rest = createRestTeller({
    clock,
    links: {
      find: () => here.guest,
      send: (_, { type }) => said.push(type) > 0,
    },
    isBusyWith: () => here.isBusy,
  });
  return { clock, said, here, rest };
}

it('[P13] a guest that visits is told that nothing waits for it, as long as that is so', () => {
  const { clock, said, here, rest } = scene();
  rest.came(VISITOR);
  clock.advance(REST_FIRST_MS);
  expect(said).toEqual(['rest']);
  here.isBusy = true;
  clock.advance(5 * REST_EVERY_MS);
  expect(said).toHaveLength(1);
  here.isBusy = false;
  clock.advance(REST_EVERY_MS);
  expect(said).toHaveLength(2);
  rest.left(WEB);
  clock.advance(5 * REST_EVERY_MS);
  expect(said).toHaveLength(2);
  expect(clock.armed()).toBe(0);
});

it('[P13] not before it has said what it came to say', () => {
  const { clock, said, here, rest } = scene(aConnected({ ...VISITOR, inventory: null }));
  rest.came(VISITOR);
  clock.advance(5 * REST_EVERY_MS);
  expect(said).toEqual([]);
  here.guest = { ...VISITOR, inventory: INVENTORY };
  clock.advance(REST_EVERY_MS);
  expect(said).toEqual(['rest']);
});

it('one that stays, or would not understand it, is told nothing', () => {
  for (const guest of [aConnected({ wireVersion: 4 }), aConnected({ ...VISITOR, wireVersion: 3 })]) {
    const { clock, said, rest } = scene(guest);
    rest.came(guest);
    clock.advance(5 * REST_EVERY_MS);
    expect([said, clock.armed()]).toEqual([[], 0]);
  }
});
