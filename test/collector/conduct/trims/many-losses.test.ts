import { afterEach, beforeEach, expect, it } from 'vitest';
import { LOSSES_AT_ONCE } from '../../../../collector/src/conduct/trims/absence/watch-absences.ts';
import type { GuestId } from '../../../../collector/src/model/guest-id.ts';
import { aGuest, reportOf, trimIdOf } from './trim-examples.ts';
import { createTrimsWorld, quiet, type TrimsWorld } from './trims-world.ts';

const GUESTS = Array.from({ length: 30 }, (_, index) =>
  aGuest({ id: `guest-${index}` as GuestId, name: `guest-${index}@/pool-${index}` }),
);

let world: TrimsWorld;
beforeEach(async () => {
  world = await createTrimsWorld({ guests: GUESTS.map(({ id }) => id) });
});
afterEach(() => world.store.close());

/** Each is granted a trim of its own; then the host was restarted: no QEMU of before runs. */
async function loseAll(): Promise<void> {
  for (const [index, guest] of GUESTS.entries()) {
    world.connect(guest);
    const wish = { type: 'intent', trigger: 'scheduled', requestId: null, mounts: ['/mnt/vda'] } as const;
    world.attend(guest.id, world.trims.intended(guest, { ...wish, trimId: trimIdOf(index), mounts: [...wish.mounts] }));
    for (let turns = 0; turns < 5; turns += 1) await quiet();
  }
  expect(world.sent.filter(({ message }) => message.type === 'grant')).toHaveLength(GUESTS.length);
  for (const { id } of GUESTS) world.killQemu(id);
}

it('after a restart of the host the losses of all guests are measured a few at once, and all of them', async () => {
  await loseAll();
  let busy = 0;
  let most = 0;
  const gates: (() => void)[] = [];
  world.before.settled = async () => {
    busy += 1;
    most = Math.max(most, busy);
    await new Promise<void>((resolve) => gates.push(resolve));
    busy -= 1;
  };
  await world.restart();
  for (let turns = 0; turns < 400 && world.lost.size < GUESTS.length; turns += 1) {
    gates.shift()?.();
    await quiet();
  }
  expect(world.lost.size).toBe(GUESTS.length);
  expect(most).toBe(LOSSES_AT_ONCE);
});

it('a guest that is back while its loss waits for its turn is heard at once', async () => {
  await loseAll();
  world.before.settled = () => new Promise(() => {});
  await world.restart();
  const last = GUESTS.at(-1);
  if (last === undefined) throw new Error('no guest');
  world.connect(last);
  world.before.settled = async () => {};
  const reported = world.trims.reported(last, reportOf({ trimId: trimIdOf(GUESTS.length - 1) }));
  await reported;
  expect(world.sent.at(-1)).toMatchObject({ to: last.id, message: { type: 'acknowledged' } });
});
