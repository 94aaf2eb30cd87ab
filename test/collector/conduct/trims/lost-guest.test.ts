import type { Intent, RequestId } from '@trimtab/protocol';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { BLINK_MS, CHECK_MS } from '../../../../collector/src/conduct/trims/absence/absences.ts';
import { ANSWER_TIMEOUT_MS, SILENCE_MS } from '../../../../collector/src/conduct/trims/trim-model.ts';
import { wholeTrimsOf } from '../../../contract/trims-of.ts';
import { aGuest, reportOf, requestIdOf, trimIdOf } from './trim-examples.ts';
import { createTrimsWorld, quiet, type TrimsWorld } from './trims-world.ts';

const GUEST = aGuest();
const ANEW = aGuest({ identity: { ...GUEST.identity, bootId: 'another-boot' } });
const TRIM = trimIdOf(1);

let world: TrimsWorld;
let requestId: RequestId;

beforeEach(async () => {
  world = await createTrimsWorld();
  world.connect(GUEST);
  requestId = await world.trims.ask({ guest: GUEST, mounts: ['/mnt/vda'], askedBy: { kind: 'socket' } });
});
afterEach(async () => {
  expect(world.failures).toEqual([]);
  await world.store.close();
});

const intent = (): Intent => ({ type: 'intent', trimId: TRIM, trigger: 'requested', requestId, mounts: ['/mnt/vda'] });
async function grant() {
  world.attend(GUEST.id, world.trims.intended(GUEST, intent()));
  await settle();
}
const start = () => world.trims.started(GUEST, { type: 'started', trimId: TRIM, startedAt: 0 });
const settle = async () => {
  for (let turns = 0; turns < 10; turns += 1) await quiet();
};
async function elapse(ms: number) {
  world.clock.advance(ms);
  await settle();
}
const stored = () => wholeTrimsOf(world.store, { guestId: GUEST.id, limit: 9 });
const LOST = { event: 'finished', trimId: TRIM, result: { id: TRIM, reported: false } };

describe('a guest whose QEMU is killed while it trims', () => {
  beforeEach(async () => {
    await grant();
    await start();
  });

  it('is told of at once, with what the host measured, and stored', async () => {
    const watcher = world.watch(requestId);
    world.killQemu(GUEST.id);
    world.leave(GUEST.id);
    await settle();
    expect(watcher.seen.at(-1)?.event).toMatchObject(LOST);
    expect(watcher.hasEnded).toBe(true);
    expect(await stored()).toMatchObject([
      {
        id: TRIM,
        requestId,
        reported: false,
        filesystems: [{ mount: '/mnt/vda', outcome: { status: 'failed' } }],
        disks: [
          { device: 'vda', verdict: 'inconclusive', sentence: expect.stringMatching(/^The guest’s QEMU ended /) },
        ],
      },
    ]);
  });

  it('some moments after its connections closed is told of then', async () => {
    const watcher = world.watch(requestId);
    world.leave(GUEST.id);
    await settle();
    expect(watcher.names()).not.toContain('finished');
    world.killQemu(GUEST.id);
    await elapse(CHECK_MS);
    expect(watcher.seen.at(-1)?.event).toMatchObject(LOST);
  });

  it('while nobody watches any more is stored all the same', async () => {
    world.leave(GUEST.id);
    await elapse(BLINK_MS);
    await elapse(60_000);
    expect(await stored()).toEqual([]);
    world.killQemu(GUEST.id);
    await elapse(CHECK_MS);
    expect(await stored()).toMatchObject([{ id: TRIM, reported: false }]);
  });
});

describe('a guest that is started anew', () => {
  it('while it trims has its trim told and stored when it says hello', async () => {
    await grant();
    await start();
    const watcher = world.watch(requestId);
    world.leave(GUEST.id);
    world.connect(ANEW);
    await settle();
    expect(watcher.seen.at(-1)?.event).toMatchObject(LOST);
    expect(await stored()).toMatchObject([
      { disks: [{ sentence: expect.stringMatching(/^The guest was started anew /) }] },
    ]);
  });

  it('and whose agent kept its journal completes what was stored, once', async () => {
    await grant();
    world.leave(GUEST.id);
    world.connect(ANEW);
    const report = reportOf({ trimId: TRIM, requestId });
    await Promise.all([world.trims.reported(ANEW, report), world.trims.reported(ANEW, report)]);
    expect(await stored()).toMatchObject([
      { id: TRIM, reported: true, filesystems: [{ outcome: { status: 'done' } }] },
    ]);
    expect(world.sent.filter(({ message }) => message.type === 'acknowledged')).toHaveLength(2);
  });

  it('before the grant is told at once that nothing was trimmed', async () => {
    // Another has the slot.
    const other = aGuest({ id: 'other' as typeof GUEST.id, name: 'other' });
    world.connect(other);
    await world.trims.intended(other, { ...intent(), trimId: trimIdOf(2), requestId: null, trigger: 'scheduled' });
    await grant();
    const watcher = world.watch(requestId);
    world.leave(GUEST.id);
    world.connect(ANEW);
    await settle();
    expect(watcher.seen.at(-1)?.event).toMatchObject({ event: 'refused', problem: { code: 'guest-started-anew' } });
    expect(await stored()).toEqual([]);
  });

  it('is not concluded of two guests that say they are one', async () => {
    await grant();
    world.leave(GUEST.id);
    world.connect({ ...ANEW, contested: 'two running guests say that they are one' });
    await settle();
    expect(await stored()).toEqual([]);
    await elapse(SILENCE_MS);
  });
});

describe('a guest that was saved and goes on under another QEMU', () => {
  /** What the store is asked for meanwhile waits until this is called. */
  function hold(what: 'openTrim' | 'findOpenTrim'): () => Promise<void> {
    let release = () => {};
    const held = new Promise<void>((resolve) => {
      release = resolve;
    });
    world.before[what] = () => held;
    return async () => {
      world.before[what] = async () => {};
      release();
      await settle();
    };
  }
  const grants = () => world.sent.filter(({ message }) => message.type === 'grant');

  it('and says again that it will trim is granted that, though its first QEMU has just been found gone', async () => {
    await grant();
    const goOnLosing = hold('findOpenTrim');
    world.killQemu(GUEST.id);
    world.leave(GUEST.id);
    await settle();
    world.connect(GUEST);
    const goOnGranting = hold('openTrim');
    await grant();
    await goOnLosing();
    await goOnGranting();
    expect(grants()).toHaveLength(2);
    await start();
    await world.trims.reported(GUEST, reportOf({ trimId: TRIM, requestId }));
    await settle();
    expect(await stored()).toMatchObject([{ id: TRIM, reported: true }]);
  });

  it('is granted anew also what is just being stored as lost, and its report completes that', async () => {
    await grant();
    world.killQemu(GUEST.id);
    world.leave(GUEST.id);
    // In the middle of it.
    while (world.lost.size === 0) await quiet();
    world.connect(GUEST);
    await grant();
    expect(grants()).toHaveLength(2);
    await start();
    await world.trims.reported(GUEST, reportOf({ trimId: TRIM, requestId }));
    await settle();
    expect(await stored()).toMatchObject([{ id: TRIM, reported: true }]);
    expect(await world.store.openTrims(null)).toEqual([]);
  });
});

describe('a connection that closes', () => {
  it('ends only the wait: the report that comes later is stored', async () => {
    await grant();
    await start();
    const watcher = world.watch(requestId);
    world.leave(GUEST.id);
    await elapse(CHECK_MS);
    expect(watcher.names()).not.toContain('refused');
    await elapse(BLINK_MS - CHECK_MS);
    expect(watcher.seen.at(-1)?.event).toMatchObject({ event: 'refused', problem: { code: 'guest-left' } });
    expect(await stored()).toEqual([]);
    world.connect(GUEST);
    await world.trims.reported(GUEST, reportOf({ trimId: TRIM, requestId }));
    expect(await stored()).toMatchObject([{ id: TRIM, reported: true }]);
  });

  it('and opens again at once ends nothing', async () => {
    await grant();
    await start();
    const watcher = world.watch(requestId);
    world.leave(GUEST.id);
    await elapse(BLINK_MS - 1);
    world.connect(GUEST);
    await start();
    await elapse(10 * SILENCE_MS);
    await world.trims.reported(GUEST, reportOf({ trimId: TRIM, requestId }));
    await settle();
    expect(watcher.names().slice(-2)).toEqual(['settling', 'finished']);
  });

  it('and whose agent syncs for half a minute before its first sign of life ends nothing', async () => {
    await grant();
    await start();
    const watcher = world.watch(requestId);
    world.leave(GUEST.id);
    world.connect(GUEST);
    await settle();
    await elapse(30_000);
    await world.trims.reported(GUEST, reportOf({ trimId: TRIM, requestId }));
    await settle();
    expect(watcher.names().slice(-2)).toEqual(['settling', 'finished']);
  });

  it('under an agent that comes back and says nothing of the trim ends the wait when it has been silent for too long', async () => {
    await grant();
    const watcher = world.watch(requestId);
    world.leave(GUEST.id);
    world.connect(GUEST);
    await settle();
    await elapse(SILENCE_MS);
    expect(watcher.seen.at(-1)?.event).toMatchObject({ event: 'refused', problem: { code: 'trim-unheard-of' } });
  });
});

describe('a collector that was killed, and meanwhile the guest', () => {
  it.each<[string, () => Promise<unknown>]>([
    ['was granted', async () => {}],
    ['ran', start],
  ])('whose trim %s, is told of and stored when the collector is back', async (_, happen) => {
    await grant();
    await happen();
    world.killQemu(GUEST.id);
    await world.restart();
    const watcher = world.watch(requestId);
    await settle();
    expect(watcher.seen.at(-1)?.event).toMatchObject(LOST);
    expect(await stored()).toMatchObject([{ id: TRIM, reported: false }]);
  });

  it('that was started anew is told of when it says hello', async () => {
    await grant();
    await world.restart();
    const watcher = world.watch(requestId);
    world.connect(ANEW);
    await settle();
    expect(watcher.seen.at(-1)?.event).toMatchObject(LOST);
  });

  it('that never comes back keeps nobody waiting', async () => {
    await grant();
    await world.restart();
    const watcher = world.watch(requestId);
    await elapse(ANSWER_TIMEOUT_MS);
    await elapse(CHECK_MS);
    expect(watcher.seen.at(-1)?.event).toMatchObject({ event: 'refused', problem: { code: 'guest-left' } });
  });

  it('has a trim that was concluded without it told of only once', async () => {
    await grant();
    await world.restart();
    world.connect(ANEW);
    await settle();
    await world.restart();
    world.connect(ANEW);
    await settle();
    expect(await stored()).toHaveLength(1);
    await world.trims.reported(ANEW, reportOf({ trimId: TRIM, requestId }));
    expect(await stored()).toMatchObject([{ reported: true }]);
  });
});

it('a collector that ends says of no guest that it left', async () => {
  await grant();
  const watcher = world.watch(requestId);
  world.trims.stop();
  world.leave(GUEST.id);
  await elapse(10 * BLINK_MS);
  expect(watcher.names()).toEqual(['requested', 'intended', 'granted']);
  expect(requestId).toBe(requestIdOf(1));
});
