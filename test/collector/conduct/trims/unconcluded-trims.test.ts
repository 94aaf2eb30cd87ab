import type { Intent } from '@trimtab/protocol';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { CHECK_MS, RETRY_MS } from '../../../../collector/src/conduct/trims/absence/absences.ts';
import { SILENCE_MS } from '../../../../collector/src/conduct/trims/trim-model.ts';
import type { GuestId } from '../../../../collector/src/model/guest-id.ts';
import { openTrim } from '../../../contract/store.ts';
import { trimsOf } from '../../../contract/trims-of.ts';
import { aGuest, reportOf, trimIdOf } from './trim-examples.ts';
import { createTrimsWorld, quiet, type TrimsWorld } from './trims-world.ts';

const GUEST = aGuest();
const OTHER = aGuest({ id: 'guest-b' as GuestId, name: 'web-2@/another' });
const bootOf = (bootId: string) => aGuest({ identity: { ...GUEST.identity, bootId } });
const [BAD, GOOD] = [trimIdOf(1), trimIdOf(2)];

let world: TrimsWorld;
/** The guests whose session the collector ended. */
let ended: GuestId[];

beforeEach(async () => {
  world = await createTrimsWorld();
  ended = [];
  world.onFail = (guestId) => ended.push(guestId);
});
afterEach(() => world.store.close());

const settle = async () => {
  for (let turns = 0; turns < 10; turns += 1) await quiet();
};
async function elapse(ms: number) {
  world.clock.advance(ms);
  await settle();
}
async function grant(trimId: Intent['trimId'], guest = GUEST) {
  const rest = { trigger: 'scheduled', requestId: null, mounts: ['/mnt/vda'] } satisfies Partial<Intent>;
  world.attend(guest.id, world.trims.intended(guest, { type: 'intent', trimId, ...rest }));
  await settle();
}
const stored = (guest = GUEST) => trimsOf(world.store, { guestId: guest.id, limit: 9 });
const cannotStore = (trimId: Intent['trimId']) => {
  world.before.closeLost = async (id) => {
    if (id === trimId) throw new TypeError('no result can be made of it');
  };
};

describe('a lost trim that cannot be concluded', () => {
  beforeEach(async () => {
    world.connect(GUEST);
    await grant(BAD);
    await grant(GOOD);
    cannotStore(BAD);
  });

  it('lets its guest in, keeps no other from being concluded, and is told of once', async () => {
    for (const bootId of ['second', 'third', 'fourth']) {
      world.leave(GUEST.id);
      world.connect(bootOf(bootId));
      await settle();
    }
    expect(ended).toEqual([]);
    expect(await stored()).toMatchObject([{ id: GOOD, reported: false }]);
    expect(world.failures).toMatchObject([{ trimId: BAD, reason: 'no result can be made of it' }]);
  });

  it('is told of once, and tried again, while its guest is away', async () => {
    world.killQemu(GUEST.id);
    world.leave(GUEST.id);
    await settle();
    for (let times = 0; times < 5; times += 1) await elapse(CHECK_MS);
    expect(await stored()).toMatchObject([{ id: GOOD, reported: false }]);
    expect(world.failures).toHaveLength(1);
    world.before.closeLost = async () => {};
    await elapse(60_000);
    expect(await stored()).toHaveLength(2);
  });

  it('is told of once, and tried again, while its guest is here', async () => {
    world.leave(GUEST.id);
    world.connect(bootOf('second'));
    for (let times = 0; times < 3; times += 1) await elapse(60_000);
    expect(await stored()).toMatchObject([{ id: GOOD, reported: false }]);
    expect(world.failures).toHaveLength(1);
    world.before.closeLost = async () => {};
    await elapse(60_000);
    expect(await stored()).toHaveLength(2);
    expect(world.clock.armed()).toBe(0);
  });
});

it('whoever waits for a lost trim that cannot be concluded is not told that it never began', async () => {
  world.connect(GUEST);
  const requestId = await world.trims.ask({ guest: GUEST, mounts: ['/mnt/vda'], askedBy: { kind: 'socket' } });
  const watcher = world.watch(requestId);
  const intent: Intent = { type: 'intent', trimId: BAD, trigger: 'requested', requestId, mounts: ['/mnt/vda'] };
  await world.trims.intended(GUEST, intent);
  cannotStore(BAD);
  world.leave(GUEST.id);
  world.connect(bootOf('second'));
  await settle();
  expect(watcher.names()).toEqual(['requested', 'intended', 'granted']);
  await elapse(SILENCE_MS);
  expect(watcher.seen.at(-1)?.event).toMatchObject({ event: 'refused', problem: { code: 'trim-unheard-of' } });
});

describe('a collector that comes back to lost trims', () => {
  /** How the measurement of what is lost is let go on. */
  let goOn: () => void;
  beforeEach(async () => {
    world.connect(GUEST);
    world.connect(OTHER);
    await grant(BAD);
    await grant(GOOD, OTHER);
    world.before.settled = () =>
      new Promise((resolve) => {
        goOn = resolve;
      });
  });

  it('waits for none of them before it opens its doors', async () => {
    world.killQemu(GUEST.id);
    world.killQemu(OTHER.id);
    await world.restart();
    world.connect(GUEST);
    await settle();
    expect(ended).toEqual([]);
    expect(await stored()).toEqual([]);
  });

  it('loses no trim of a guest that says hello before its turn', async () => {
    await grant(trimIdOf(3));
    world.killQemu(GUEST.id);
    await world.restart();
    await settle();
    // The first is being measured: the guest goes on under another QEMU.
    world.connect(GUEST);
    goOn();
    await settle();
    goOn();
    await settle();
    expect(await stored()).toMatchObject([{ id: BAD, reported: false }]);
    world.before.settled = async () => {};
    await world.trims.reported(GUEST, reportOf({ trimId: trimIdOf(3) }));
    const reported = (await stored()).filter((trim) => trim.reported).map(({ id }) => id);
    expect(reported).toEqual([trimIdOf(3)]);
  });

  it('takes no guest for away that said hello first', async () => {
    world.killQemu(GUEST.id);
    world.before.settled = async () => {};
    world.onDoorsOpen = () => world.connect(GUEST);
    await world.restart();
    await elapse(CHECK_MS);
    expect(await stored()).toEqual([]);
  });

  it('and is stopped in the middle of one says nothing of what it could not store', async () => {
    world.killQemu(GUEST.id);
    await world.restart();
    await settle();
    world.trims.stop();
    world.isStoreDown = true;
    goOn();
    await settle();
    await elapse(10 * CHECK_MS);
    expect(world.failures).toEqual([]);
  });
});

it('the open trims of a guest that is away are asked for once a check', async () => {
  world.connect(GUEST);
  await grant(BAD);
  world.leave(GUEST.id);
  await settle();
  const asked = world.openTrimsAsked;
  await elapse(CHECK_MS);
  expect(world.openTrimsAsked).toBe(asked + 1);
});

it('a guest that went while nothing of it was open is not remembered as away', async () => {
  world.connect(GUEST);
  world.leave(GUEST.id);
  await settle();
  await world.store.openTrim(openTrim({ n: 1, guestId: GUEST.id }));
  await world.trims.awaitGuests();
  expect(await stored()).toMatchObject([{ reported: false }]);
});

it('a restart that cannot read the open trims reads them again, and loses what nobody waits for', async () => {
  await world.store.openTrim(openTrim({ n: 1, guestId: GUEST.id }));
  world.before.openTrims = () => Promise.reject(new Error('the store is busy'));
  await world.restart();
  world.before.openTrims = async () => {};
  await settle();
  expect(await stored()).toEqual([]);
  await elapse(RETRY_MS);
  expect(await stored()).toMatchObject([{ reported: false }]);
});
