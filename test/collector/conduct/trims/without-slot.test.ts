import type { TrimId } from '@trimtab/protocol';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { LONGEST_HOLD_MS, SILENCE_MS } from '../../../../collector/src/conduct/trims/trim-model.ts';
import type { ConnectedGuest } from '../../../../collector/src/link/guest-links.ts';
import type { GuestId } from '../../../../collector/src/model/guest-id.ts';
import { aGuest, aSample, reportOf, trimIdOf } from './trim-examples.ts';
import { createTrimsWorld, settle, type TrimsWorld } from './trims-world.ts';

// A trim that runs without a slot gives bytes back to a pool on which another one, that has a slot, is measured.

const WILD = trimIdOf(1);
const SHARED = 'another trim ran on this pool meanwhile';
const MAY_SHARE = 'another trim may have run on this pool meanwhile: it had no slot, and was heard of only later';
const MINUTE_MS = 60_000;

const guestCalled = (name: string) => aGuest({ id: name as GuestId, name: `${name}@/pool` });
const [wild, honest, third] = [guestCalled('wild'), guestCalled('honest'), guestCalled('third')];

let world: TrimsWorld;
let trims = 10;
beforeEach(async () => {
  world = await createTrimsWorld({ slotsPerPool: 2, guests: ['wild', 'honest', 'third'] });
  world.sampled = () => ({ vda: aSample({}) });
  for (const guest of [wild, honest, third]) world.connect(guest);
});
afterEach(async () => {
  expect(world.failures).toEqual([]);
  await world.store.close();
});

const elapse = async (ms: number) => {
  world.clock.advance(ms);
  await settle();
};

interface Said {
  readonly guest: ConnectedGuest;
  readonly trimId: TrimId;
}

async function intend({ guest, trimId }: Said): Promise<void> {
  const intent = { type: 'intent', trigger: 'scheduled', requestId: null, mounts: ['/mnt/vda'] } as const;
  void world.trims.intended(guest, { ...intent, trimId, mounts: [...intent.mounts] });
  await settle();
}
async function start({ guest, trimId }: Said): Promise<void> {
  await world.trims.started(guest, { type: 'started', trimId, startedAt: 0 });
  await settle();
}
/** It says how busy it is, every ten seconds. */
async function talk({ guest, trimId, ms }: Said & { ms: number }): Promise<void> {
  const words = { mount: '/mnt/vda', index: 1, of: 1, elapsedMs: 1, issuedBytes: 1 };
  for (let passedMs = 0; passedMs < ms; passedMs += 10_000) {
    await world.trims.progressed(guest, { type: 'progress', trimId, ...words });
    await elapse(10_000);
  }
}
const speakWildly = (ms: number) => talk({ guest: wild, trimId: WILD, ms });

/** Why a trim that has a slot cannot tell what the pool regained; null where it can. */
async function trimHonestly(meanwhile: () => Promise<void> = async () => {}): Promise<string | null> {
  trims += 1;
  const trimId = trimIdOf(trims);
  await intend({ guest: honest, trimId });
  await start({ guest: honest, trimId });
  await meanwhile();
  await world.trims.reported(honest, reportOf({ trimId }));
  const stored = await world.store.findTrim({ guestId: honest.id, id: trimId });
  if (stored === null) throw new Error('it is not stored');
  return stored.disks[0]?.gaps.find(({ fact }) => fact === 'regained')?.value ?? null;
}

it('a trim that is alone on its pool can tell what the pool regained', async () => {
  expect(await trimHonestly()).toBeNull();
});

describe('a trim that has a slot is not alone on its pool', () => {
  it('where one began there of which nothing was heard before', async () => {
    await start({ guest: wild, trimId: WILD });
    expect(await trimHonestly()).toBe(SHARED);
  });

  it('where one begins so in the middle of it', async () => {
    expect(await trimHonestly(() => start({ guest: wild, trimId: WILD }))).toBe(SHARED);
  });

  it('where one stood in line, and did not wait for its grant', async () => {
    const others = [trimIdOf(2), trimIdOf(3)];
    await intend({ guest: third, trimId: others[0] ?? WILD });
    await intend({ guest: honest, trimId: others[1] ?? WILD });
    await intend({ guest: wild, trimId: WILD });
    await start({ guest: wild, trimId: WILD });
    for (const [index, guest] of [third, honest].entries())
      await world.trims.reported(guest, reportOf({ trimId: others[index] ?? WILD }));
    expect(await trimHonestly()).toBe(SHARED);
  });

  it('where one had a slot, fell silent, and may go on', async () => {
    await intend({ guest: wild, trimId: WILD });
    await start({ guest: wild, trimId: WILD });
    await elapse(SILENCE_MS);
    expect(world.slots.busyOn('/pool')).toBe(0);
    expect(await trimHonestly()).toBe(SHARED);
  });

  it('where the guest of one went away in the middle', async () => {
    await intend({ guest: wild, trimId: WILD });
    await start({ guest: wild, trimId: WILD });
    world.leave(wild.id);
    await settle();
    expect(await trimHonestly()).toBe(SHARED);
  });
});

describe('a trim that ran while its guest was away is told of once it is heard of', () => {
  /** Its word for when it ran is its own clock's, here 1970. */
  const comeBackWithReport = async () => {
    world.connect(wild);
    await world.trims.reported(wild, reportOf({ trimId: WILD }));
  };
  beforeEach(() => world.leave(wild.id));

  it('to those who have a slot on its pool then', async () => {
    expect(await trimHonestly(comeBackWithReport)).toBe(MAY_SHARE);
    expect(await trimHonestly()).toBeNull();
  });

  it('where it was granted, and went on for longer than its slot was kept for it', async () => {
    world.connect(wild);
    await intend({ guest: wild, trimId: WILD });
    await start({ guest: wild, trimId: WILD });
    world.leave(wild.id);
    await elapse(SILENCE_MS);
    expect(await trimHonestly(comeBackWithReport)).toBe(MAY_SHARE);
  });

  it('where its guest was lost with it', async () => {
    world.connect(wild);
    await intend({ guest: wild, trimId: WILD });
    await start({ guest: wild, trimId: WILD });
    world.leave(wild.id);
    await elapse(SILENCE_MS);
    const loseGuest = async () => {
      world.killQemu(wild.id);
      world.connect({ ...wild, identity: { ...wild.identity, bootId: 'another boot' } });
      await settle();
      expect([...world.lost]).toEqual([WILD]);
    };
    expect(await trimHonestly(loseGuest)).toBe(MAY_SHARE);
  });

  it('but what is stored is not changed by it, and a copy of its report tells nothing new', async () => {
    expect(await trimHonestly()).toBeNull();
    const before = await world.store.findTrim({ guestId: honest.id, id: trimIdOf(trims) });
    await comeBackWithReport();
    expect(await world.store.findTrim({ guestId: honest.id, id: trimIdOf(trims) })).toEqual(before);
    expect(await trimHonestly(comeBackWithReport)).toBeNull();
  });
});

describe('a trim without a slot is told of no more', () => {
  it('once its report is here', async () => {
    await start({ guest: wild, trimId: WILD });
    await world.trims.reported(wild, reportOf({ trimId: WILD }));
    expect(await trimHonestly()).toBeNull();
  });

  it('once it was not heard of for two minutes', async () => {
    await start({ guest: wild, trimId: WILD });
    await elapse(SILENCE_MS);
    expect(await trimHonestly()).toBeNull();
  });

  it('once its guest has talked for an hour, also of others, until it was silent', async () => {
    await start({ guest: wild, trimId: WILD });
    await speakWildly(LONGEST_HOLD_MS - MINUTE_MS);
    expect(await trimHonestly()).toBe(SHARED);
    await speakWildly(MINUTE_MS);
    expect(await trimHonestly()).toBeNull();
    await start({ guest: wild, trimId: trimIdOf(2) });
    expect(await trimHonestly()).toBeNull();
    await elapse(SILENCE_MS);
    await start({ guest: wild, trimId: trimIdOf(3) });
    expect(await trimHonestly()).toBe(SHARED);
  });
});

it('however often a guest says that it trims, its disks are looked for once', async () => {
  const before = world.pathsAsked;
  for (let count = 0; count < 20; count += 1) await start({ guest: wild, trimId: trimIdOf(100 + count) });
  expect(world.pathsAsked - before).toBe(1);
});
