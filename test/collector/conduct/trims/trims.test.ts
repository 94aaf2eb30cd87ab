import type { Intent, RequestId, TrimId } from '@trimtab/protocol';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { CHECK_MS } from '../../../../collector/src/conduct/trims/absence/absences.ts';
import { REPORTS_WAITING } from '../../../../collector/src/conduct/trims/report-queue.ts';
import { ANSWER_TIMEOUT_MS, LONGEST_HOLD_MS, SILENCE_MS } from '../../../../collector/src/conduct/trims/trim-model.ts';
import type { ConnectedGuest } from '../../../../collector/src/link/guest-links.ts';
import type { GuestId } from '../../../../collector/src/model/guest-id.ts';
import { trimsOf } from '../../../contract/trims-of.ts';
import { aGuest, aSample, BUSY, reportOf, trimIdOf } from './trim-examples.ts';
import { createTrimsWorld, quiet, type TrimsWorld } from './trims-world.ts';

const A = aGuest();
const B = aGuest({ id: 'guest-b' as GuestId, name: 'db-1' });
const [FIRST, SECOND] = [trimIdOf(1), trimIdOf(2)];

let world: TrimsWorld;

beforeEach(async () => {
  world = await createTrimsWorld();
  world.connect(A);
  world.connect(B);
});
afterEach(() => world.store.close());

const ask = (guest = A) => world.trims.ask({ guest, mounts: ['/mnt/vda'], askedBy: { kind: 'socket' } });
const intent = (trimId: TrimId, requestId: RequestId | null = null): Intent => ({
  type: 'intent',
  trimId,
  trigger: requestId === null ? 'scheduled' : 'requested',
  requestId,
  mounts: ['/mnt/vda'],
});
const said = (to = A) => world.sent.filter((one) => one.to === to.id).map(({ message }) => message.type);

async function intend(trimId: TrimId, { guest = A, requestId = null as RequestId | null } = {}) {
  world.attend(guest.id, world.trims.intended(guest, intent(trimId, requestId)));
  await quiet();
}

async function elapse(ms: number) {
  world.clock.advance(ms);
  await quiet();
}

describe('a trim that somebody asks for', () => {
  it('is told step by step, and finished once its result is stored', async () => {
    const requestId = await ask();
    const watcher = world.watch(requestId);
    await intend(FIRST, { requestId });
    await world.trims.started(A, { type: 'started', trimId: FIRST, startedAt: 0 });
    const progress = { mount: '/mnt/vda', index: 1, of: 1, elapsedMs: 5, issuedBytes: null };
    await world.trims.progressed(A, { type: 'progress', trimId: FIRST, ...progress });
    await quiet();
    await world.trims.reported(A, reportOf({ trimId: FIRST, requestId }));
    await quiet();
    expect(said()).toEqual(['request', 'grant', 'acknowledged']);
    expect(watcher.seen.map(({ number, event }) => [number, event.event])).toEqual([
      [1, 'requested'],
      [2, 'intended'],
      [3, 'granted'],
      [4, 'started'],
      [4, 'progress'],
      [5, 'settling'],
      [6, 'finished'],
    ]);
    expect(watcher.hasEnded).toBe(true);
    expect(await world.store.findTrim({ guestId: A.id, id: FIRST })).not.toBeNull();
  });

  it('is refused when the guest says no, or says nothing', async () => {
    const [no, silent] = [await ask(), await ask(B)];
    const [refused, unheard] = [world.watch(no), world.watch(silent)];
    await world.trims.refused(A, no, BUSY);
    await elapse(ANSWER_TIMEOUT_MS);
    expect(refused.seen.at(-1)?.event).toEqual({ event: 'refused', problem: BUSY });
    expect(unheard.seen.at(-1)?.event).toMatchObject({
      event: 'refused',
      problem: { code: 'no-answer', subject: 'db-1' },
    });
  });

  it('is refused at once when the guest has just left', async () => {
    world.leave(A.id);
    const watcher = world.watch(await ask());
    await quiet();
    expect(watcher.seen.map(({ event }) => event)).toMatchObject([
      { event: 'requested' },
      { event: 'refused', problem: { code: 'no-agent', subject: A.name } },
    ]);
    // Whether its QEMU runs is not asked again.
    world.clock.advance(CHECK_MS);
    for (let turns = 0; turns < 10; turns += 1) await quiet();
    expect([watcher.hasEnded, world.clock.armed()]).toEqual([true, 0]);
  });

  it('is not refused by another guest, which cannot speak of its trim either', async () => {
    const requestId = await ask();
    const watcher = world.watch(requestId);
    await intend(FIRST, { requestId });
    await world.trims.refused(B, requestId, BUSY);
    await world.trims.refused(B, FIRST, BUSY);
    await world.trims.started(B, { type: 'started', trimId: FIRST, startedAt: 0 });
    await quiet();
    expect(watcher.names()).toEqual(['requested', 'intended', 'granted']);
  });

  it.each(['before the guest says which it is', 'while it waits for its slot'])('can be cancelled %s', async (when) => {
    await intend(SECOND, { guest: B });
    const requestId = await ask();
    if (when.startsWith('before')) await world.trims.cancel(requestId);
    await intend(FIRST, { requestId });
    if (when.startsWith('while')) await world.trims.cancel(requestId);
    expect(said()).toEqual(['request', 'cancel']);
  });

  it('is not begun when it cannot be stored: who asked gets the error, the guest nothing', async () => {
    world.isStoreDown = true;
    await expect(ask()).rejects.toThrow('the store is down');
    world.isStoreDown = false;
    await ask(B);
    expect(said()).toEqual([]);
    expect(await world.store.jobs()).toHaveLength(1);
  });
});

describe('a slot', () => {
  it('is waited for, and measured for only then', async () => {
    await intend(FIRST);
    await intend(SECOND, { guest: B });
    expect([said(A), said(B)]).toEqual([['grant'], []]);
    await world.trims.reported(A, reportOf({ trimId: FIRST }));
    await quiet();
    expect(said(B)).toEqual(['grant']);
  });

  it.each([
    ['silent for too long', SILENCE_MS],
    ['there for too long, whatever it discards', LONGEST_HOLD_MS],
  ])('is taken from a guest that is %s', async (_, afterMs) => {
    let allocationBytes = 2 ** 40;
    world.seen = () => {
      allocationBytes -= 2 ** 30;
      return { vda: aSample({ allocationBytes }) };
    };
    await intend(FIRST);
    await intend(SECOND, { guest: B });
    for (let ms = 0; ms < afterMs; ms += 60_000) {
      expect(said(B)).toEqual([]);
      if (afterMs === LONGEST_HOLD_MS) await world.trims.started(A, { type: 'started', trimId: FIRST, startedAt: 0 });
      await elapse(60_000);
    }
    await elapse(1_000);
    // It waited so long that it is asked how full it is now.
    expect(said(B)).toEqual(['look', 'grant']);
  });

  it.each<[string, () => Promise<void>]>([
    ['leaves', async () => world.leave(A.id)],
    ['gives up', () => world.trims.refused(A, FIRST, BUSY)],
    ['intends another', () => intend(trimIdOf(3))],
  ])('is free for others when the guest %s', async (_, happen) => {
    await intend(FIRST);
    await intend(SECOND, { guest: B });
    await happen();
    await quiet();
    expect(said(B)).toEqual(['grant']);
  });

  it('in the line is left by a guest that goes away', async () => {
    await intend(FIRST);
    await intend(SECOND, { guest: B });
    world.leave(B.id);
    await world.trims.reported(A, reportOf({ trimId: FIRST }));
    await quiet();
    expect(said(B)).toEqual([]);
    expect(world.slots.busyOn('/pool')).toBe(0);
  });

  it('is given back when the store fails, and the guest comes again with what was not acknowledged', async () => {
    await intend(FIRST);
    world.isStoreDown = true;
    world.attend(A.id, world.trims.reported(A, reportOf({ trimId: FIRST })));
    await quiet();
    expect([said(), world.slots.busyOn('/pool'), world.failures.length]).toEqual([['grant'], 0, 1]);
    world.isStoreDown = false;
    await world.trims.reported(A, reportOf({ trimId: FIRST }));
    expect(said()).toEqual(['grant', 'acknowledged']);
  });
});

describe('reports', () => {
  it('of a guest are concluded one after the other, and a copy is acknowledged as well', async () => {
    const report = reportOf({ trimId: FIRST });
    await Promise.all([world.trims.reported(A, report), world.trims.reported(A, report)]);
    expect(said()).toEqual(['acknowledged', 'acknowledged']);
    expect(await trimsOf(world.store, { guestId: A.id, limit: 9 })).toHaveLength(1);
  });

  it('of a guest that sends more than can be concluded do not wait without end', async () => {
    const some = Array.from({ length: REPORTS_WAITING + 1 }, (_, count) => reportOf({ trimId: trimIdOf(100 + count) }));
    const taken = await Promise.allSettled(some.map((report) => world.trims.reported(A, report)));
    expect(taken.filter(({ status }) => status === 'rejected')).toHaveLength(1);
    // It sends again what was not acknowledged, and there is room now.
    await Promise.all(some.slice(-1).map((report) => world.trims.reported(A, report)));
    expect(said().filter((type) => type === 'acknowledged')).toHaveLength(some.length);
  });

  it('of a request whose intent nobody saw answer it', async () => {
    const requestId = await ask();
    const watcher = world.watch(requestId);
    await world.trims.reported(A, reportOf({ trimId: FIRST, requestId }));
    await quiet();
    expect(watcher.names()).toEqual(['requested', 'settling', 'finished']);
  });
});

describe('a trim that found ext4 stale', () => {
  const stale = (requestId: RequestId | null) => reportOf({ trimId: FIRST, requestId, trimmedBytes: { vda: 0 } });
  const again = (requestId: RequestId) =>
    reportOf({ trimId: SECOND, requestId, trimmedBytes: { vda: 9 }, again: true });

  beforeEach(() => {
    world.verdicts.set(FIRST, 'stale');
  });

  it('is followed by another, and both are one result', async () => {
    const requestId = await ask();
    const watcher = world.watch(requestId);
    await world.trims.reported(A, stale(requestId));
    expect(world.sent.at(-1)?.message).toEqual({ type: 'request', requestId, mounts: ['/mnt/vda'], cures: FIRST });
    await intend(SECOND, { requestId });
    await elapse(ANSWER_TIMEOUT_MS);
    await world.trims.reported(A, again(requestId));
    await quiet();
    expect(watcher.names()).toEqual(['requested', 'settling', 'again', 'intended', 'granted', 'settling', 'finished']);
    expect(watcher.seen.at(-1)?.event).toMatchObject({ trimId: FIRST, result: { id: FIRST, curedBy: SECOND } });
    expect(said()).toEqual(['request', 'acknowledged', 'request', 'grant', 'acknowledged']);
  });

  it('of the schedule is cured too, under a request of its own', async () => {
    await world.trims.reported(A, stale(null));
    expect(world.sent.at(-1)?.message).toMatchObject({ type: 'request', cures: FIRST });
  });

  it.each([
    ['an agent too old to know how', aGuest({ wireVersion: 1 }), () => {}],
    ['a guest that has left', aGuest({ id: 'gone' as GuestId }), (guest: ConnectedGuest) => world.leave(guest.id)],
  ])('is finished at once for %s', async (_, guest, beforeReport) => {
    world.connect(guest);
    const requestId = await ask(guest);
    beforeReport(guest);
    await world.trims.reported(guest, stale(requestId));
    expect(world.watch(requestId)).toBeDefined();
    expect(said(guest).filter((type) => type === 'request').length).toBeLessThanOrEqual(1);
    const watcher = world.watch(requestId);
    await quiet();
    expect(watcher.names()).toEqual(['requested', 'settling', 'finished']);
  });

  it.each<[string, (requestId: RequestId) => Promise<void> | void]>([
    ['is refused', (requestId) => world.trims.refused(A, requestId, BUSY)],
    ['gets no answer', () => elapse(ANSWER_TIMEOUT_MS)],
    [
      'is given up',
      async (requestId) => {
        await intend(SECOND, { requestId });
        await world.trims.refused(A, SECOND, BUSY);
      },
    ],
    ['loses its guest', () => world.leave(A.id)],
  ])('has its own result when the other %s', async (_, happen) => {
    const requestId = await ask();
    await world.trims.reported(A, stale(requestId));
    const watcher = world.watch(requestId);
    await happen(requestId);
    await quiet();
    expect(watcher.seen.at(-1)?.event).toMatchObject({ event: 'finished', result: { id: FIRST, curedBy: null } });
    expect(watcher.names().filter((name) => name === 'finished')).toHaveLength(1);
  });
});
