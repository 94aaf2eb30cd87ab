import type { TrimId } from '@trimtab/protocol';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import type { ConnectedGuest } from '../../../../collector/src/link/guest-links.ts';
import type { GuestId } from '../../../../collector/src/model/guest-id.ts';
import { MIB } from '../../diagnose/examples.ts';
import { aGuest, aSample, reportOf, trimIdOf } from './trim-examples.ts';
import { createTrimsWorld, settle, type TrimsWorld } from './trims-world.ts';

// What a pool on btrfs regained by a trim is measured once it has committed. The trim is stored, and its slot given
// back, before that.

const FIRST = trimIdOf(1);
const LATER = trimIdOf(2);
const guestOn = ({ pool, id }: { pool: string; id: string }) => aGuest({ id: id as GuestId, name: `${id}@${pool}` });
const own = guestOn({ pool: '/pool', id: 'own' });
const neighbour = guestOn({ pool: '/pool', id: 'neighbour' });
const far = guestOn({ pool: '/other', id: 'far' });

let world: TrimsWorld;
beforeEach(async () => {
  world = await createTrimsWorld({ guests: ['own', 'neighbour', 'far'] });
  world.pool = { kind: 'btrfs', nfsVersion: null, reflink: true, chunkBytes: null, discards: null };
  world.sampled = () => ({ vda: aSample() });
  for (const guest of [own, neighbour, far]) world.connect(guest);
});
afterEach(async () => {
  expect(world.failures).toEqual([]);
  await world.store.close();
});

/** Once it has a slot of its pool. */
async function begin({ guest, trimId }: { guest: ConnectedGuest; trimId: TrimId }): Promise<void> {
  void world.trims.intended(guest, {
    type: 'intent',
    trimId,
    trigger: 'scheduled',
    requestId: null,
    mounts: ['/mnt/vda'],
  });
  await settle();
  await world.trims.started(guest, { type: 'started', trimId, startedAt: 0 });
}

async function trim(call: { guest: ConnectedGuest; trimId: TrimId }): Promise<void> {
  await begin(call);
  await world.trims.reported(call.guest, reportOf({ trimId: call.trimId }));
}

/** An image falls by 200 MiB, and its pool commits only after what happens meanwhile; what is stored of the pool then. */
async function commitAfter(meanwhile: () => Promise<void>) {
  const commit = Promise.withResolvers<boolean>();
  const fallen = aSample({ takenAt: 2, allocationBytes: 400 * MIB });
  await begin({ guest: own, trimId: FIRST });
  world.commit = commit.promise;
  world.sampled = () => ({ vda: { ...fallen, poolFreeBytes: null } });
  await world.trims.reported(own, reportOf({ trimId: FIRST }));
  const stored = () => world.store.findTrim({ guestId: own.id, id: FIRST });
  expect((await stored())?.disks[0]?.hops).toMatchObject({ reclaimedBytes: 200 * MIB, regainedBytes: null });
  world.commit = null;
  world.sampled = () => ({ vda: { ...fallen, poolFreeBytes: 1_200 * MIB } });
  await meanwhile();
  commit.resolve(true);
  await settle();
  const trim = await stored();
  return { regainedBytes: trim?.disks[0]?.hops.regainedBytes, isAmended: trim?.amendedAt !== null };
}

const ADDED = { regainedBytes: 200 * MIB, isAmended: true };
const NOT_ADDED = { regainedBytes: null, isAmended: false };

describe('what a pool regained is added to a trim once it has committed', () => {
  it('where nobody else trimmed there until then', async () => {
    expect(await commitAfter(async () => {})).toEqual(ADDED);
  });

  it('where others trimmed on another pool', async () => {
    expect(await commitAfter(() => trim({ guest: far, trimId: LATER }))).toEqual(ADDED);
  });
});

describe('it is not added', () => {
  it('where another had the slot after it, and was done before the commit', async () => {
    expect(await commitAfter(() => trim({ guest: neighbour, trimId: LATER }))).toEqual(NOT_ADDED);
  });

  it('where another has the slot still', async () => {
    expect(await commitAfter(() => begin({ guest: neighbour, trimId: LATER }))).toEqual(NOT_ADDED);
  });

  it('where another began there without a slot', async () => {
    const started = { type: 'started', trimId: LATER, startedAt: 0 } as const;
    expect(await commitAfter(() => world.trims.started(neighbour, started))).toEqual(NOT_ADDED);
  });

  it('where one is told of whose guest was away', async () => {
    const report = reportOf({ trimId: LATER });
    expect(await commitAfter(() => world.trims.reported(neighbour, report))).toEqual(NOT_ADDED);
  });
});
