import { afterEach, beforeEach, expect, it } from 'vitest';
import { STRANGERS_AT_ONCE } from '../../../../collector/src/conduct/trims/trims.ts';
import type { GuestId } from '../../../../collector/src/model/guest-id.ts';
import { aGuest, reportOf, trimIdOf } from './trim-examples.ts';
import { createTrimsWorld, quiet, type TrimsWorld } from './trims-world.ts';

const STRANGERS = Array.from({ length: 3 * STRANGERS_AT_ONCE }, (_, index) => `stranger-${index}`);

let world: TrimsWorld;
beforeEach(async () => {
  world = await createTrimsWorld({ guests: STRANGERS });
});
afterEach(() => world.store.close());

it('reports of strangers are concluded a few at once, and that of a known guest waits for none of them', async () => {
  const gate = Promise.withResolvers<void>();
  let underWay = 0;
  world.before.settled = async () => {
    underWay += 1;
    await gate.promise;
  };
  for (const [index, id] of STRANGERS.entries()) {
    const stranger = aGuest({ id: id as GuestId, name: id, isKnown: false });
    world.connect(stranger);
    world.attend(stranger.id, world.trims.reported(stranger, reportOf({ trimId: trimIdOf(index) })));
  }
  await quiet();
  expect(underWay).toBe(STRANGERS_AT_ONCE);

  world.before.settled = async () => {};
  const known = aGuest();
  world.connect(known);
  await world.trims.reported(known, reportOf({ trimId: trimIdOf(1_000) }));
  expect(acknowledged()).toEqual([known.id]);

  gate.resolve();
  await quiet();
  expect(acknowledged().toSorted()).toEqual([known.id, ...STRANGERS].toSorted());
  expect(world.failures).toEqual([]);
});

function acknowledged(): readonly string[] {
  return world.sent.flatMap(({ to, message }) => (message.type === 'acknowledged' ? [to] : []));
}
