import type { Intent, RequestId } from '@trimtab/protocol';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { ANSWER_TIMEOUT_MS } from '../../../../collector/src/conduct/trims/trim-model.ts';
import { trimsOf } from '../../../contract/trims-of.ts';
import { aGuest, reportOf, resultOf, trimIdOf } from './trim-examples.ts';
import { createTrimsWorld, quiet, type TrimsWorld } from './trims-world.ts';

const GUEST = aGuest();
const [FIRST, SECOND] = [trimIdOf(1), trimIdOf(2)];

let world: TrimsWorld;
let requestId: RequestId;

beforeEach(async () => {
  world = await createTrimsWorld();
  world.connect(GUEST);
  requestId = await world.trims.ask({ guest: GUEST, mounts: ['/mnt/vda'], askedBy: { kind: 'socket' } });
});
afterEach(() => world.store.close());

const intentOf = (trimId: Intent['trimId']): Intent => ({
  type: 'intent',
  trimId,
  trigger: 'requested',
  requestId,
  mounts: ['/mnt/vda'],
});
const intend = async (trimId = FIRST) => {
  world.attend(GUEST.id, world.trims.intended(GUEST, intentOf(trimId)));
  await quiet();
};
const start = () => world.trims.started(GUEST, { type: 'started', trimId: FIRST, startedAt: 0 });
const report = (trimmedBytes = 9) => reportOf({ trimId: FIRST, requestId, trimmedBytes: { vda: trimmedBytes } });
const cure = () => reportOf({ trimId: SECOND, requestId, trimmedBytes: { vda: 9 }, again: true });

/** A collector that is killed now, and the next one with the guest connected again. */
async function restart() {
  await world.restart();
  world.connect(GUEST);
  world.sent.length = 0;
  await quiet();
}

async function elapse(ms: number) {
  world.clock.advance(ms);
  await quiet();
}

/** The guest says all the while that it is at it. */
async function runOn(trimId: Intent['trimId'], ms: number) {
  const place = { mount: '/mnt/vda', index: 1, of: 1, issuedBytes: null };
  for (let elapsedMs = 0; elapsedMs < ms; elapsedMs += 1_000) {
    await world.trims.progressed(GUEST, { type: 'progress', trimId, elapsedMs, ...place });
    await elapse(1_000);
  }
}

describe('a collector that was killed', () => {
  it('while the guest was asked gets its answer from a guest that says which trim it is', async () => {
    await restart();
    const watcher = world.watch(requestId);
    await intend();
    await elapse(ANSWER_TIMEOUT_MS);
    await world.trims.reported(GUEST, report());
    await quiet();
    expect(watcher.names()).toEqual(['requested', 'intended', 'granted', 'settling', 'finished']);
  });

  it('while the guest was asked counts anew how long it may be silent', async () => {
    await elapse(ANSWER_TIMEOUT_MS - 1);
    await restart();
    const watcher = world.watch(requestId);
    await elapse(ANSWER_TIMEOUT_MS - 1);
    expect(watcher.names()).toEqual(['requested']);
    await elapse(1);
    expect(watcher.seen.at(-1)?.event).toMatchObject({ event: 'refused', problem: { code: 'no-answer' } });
  });

  it.each<[string, () => Promise<void>]>([
    ['waited for its slot', () => intend()],
    ['was granted', () => intend()],
    [
      'ran',
      async () => {
        await intend();
        await start();
      },
    ],
  ])('while a trim %s finishes its request when the report comes, however late', async (_, happen) => {
    await happen();
    await restart();
    const watcher = world.watch(requestId);
    await runOn(FIRST, 3 * ANSWER_TIMEOUT_MS);
    await world.trims.reported(GUEST, report());
    await quiet();
    expect(watcher.names().slice(-2)).toEqual(['settling', 'finished']);
  });

  it('while a trim waited grants it again, and measures it anew', async () => {
    await intend();
    await restart();
    await intend();
    expect(world.sent.map(({ message }) => message.type)).toEqual(['grant']);
  });

  it('while a report was concluded concludes it when it comes again', async () => {
    await intend();
    void world.trims.reported(GUEST, report());
    await restart();
    const watcher = world.watch(requestId);
    await world.trims.reported(GUEST, report());
    await quiet();
    expect(watcher.names().filter((name) => name === 'finished')).toHaveLength(1);
    expect(await trimsOf(world.store, { guestId: GUEST.id, limit: 9 })).toHaveLength(1);
  });

  it('after it had stored a trim, and before it told so, tells it when the report comes again', async () => {
    await intend();
    const told = reportOf({ trimId: FIRST, requestId });
    const result = resultOf(told, { vda: 'reclaimed' });
    await world.store.closeTrim({ guestId: GUEST.id, report: told, result, storedAt: 0, after: null });
    await restart();
    const watcher = world.watch(requestId);
    await world.trims.reported(GUEST, told);
    await quiet();
    expect(watcher.names().at(-1)).toBe('finished');
  });

  it('remembers that somebody wanted the trim stopped', async () => {
    await world.trims.cancel(requestId);
    await restart();
    await intend();
    expect(world.sent.map(({ message }) => message.type)).toEqual(['cancel', 'grant']);
  });

  it('has a trim stopped that nobody could be told to stop, as soon as the guest is heard of', async () => {
    await intend();
    await start();
    world.leave(GUEST.id);
    await world.trims.cancel(requestId);
    await restart();
    const progress = { mount: '/mnt/vda', index: 1, of: 1, elapsedMs: 5, issuedBytes: null };
    await world.trims.progressed(GUEST, { type: 'progress', trimId: FIRST, ...progress });
    expect(world.sent.map(({ message }) => message)).toEqual([
      { type: 'cancel', trimId: FIRST, reason: 'cancelled from the host' },
    ]);
  });

  it('after the answer still tells it to whoever comes late', async () => {
    await world.trims.reported(GUEST, report());
    await restart();
    const watcher = world.watch(requestId);
    await elapse(ANSWER_TIMEOUT_MS);
    expect(watcher.names()).toEqual(['requested', 'settling', 'finished']);
    expect(watcher.hasEnded).toBe(true);
  });
});

describe('a collector that was killed while a cure was awaited', () => {
  beforeEach(async () => {
    world.verdicts.set(FIRST, 'stale');
    await world.trims.reported(GUEST, report(0));
  });

  it('makes one result of both', async () => {
    await restart();
    await intend(SECOND);
    await world.trims.reported(GUEST, cure());
    const watcher = world.watch(requestId);
    await quiet();
    expect(watcher.seen.at(-1)?.event).toMatchObject({ event: 'finished', result: { id: FIRST, curedBy: SECOND } });
  });

  it('makes one result of both when the cure had begun', async () => {
    await intend(SECOND);
    await restart();
    const watcher = world.watch(requestId);
    await runOn(SECOND, 2 * ANSWER_TIMEOUT_MS);
    await world.trims.reported(GUEST, cure());
    await quiet();
    expect(watcher.seen.at(-1)?.event).toMatchObject({ event: 'finished', result: { id: FIRST, curedBy: SECOND } });
  });

  it('makes one result of both also when it was stopped in an orderly way, and cut off its guests', async () => {
    await intend(SECOND);
    world.trims.stop();
    world.leave(GUEST.id);
    await restart();
    await world.trims.reported(GUEST, cure());
    const watcher = world.watch(requestId);
    await quiet();
    expect(watcher.seen.at(-1)?.event).toMatchObject({ event: 'finished', result: { id: FIRST, curedBy: SECOND } });
  });

  it('tells the first result when the guest does not answer', async () => {
    await restart();
    const watcher = world.watch(requestId);
    await elapse(ANSWER_TIMEOUT_MS);
    expect(watcher.seen.at(-1)?.event).toMatchObject({ event: 'finished', result: { id: FIRST, curedBy: null } });
  });
});

describe('a watcher that comes again after a restart', () => {
  it('is told what came after the last it saw, under the same numbers', async () => {
    const before = world.watch(requestId);
    await intend();
    await restart();
    const last = before.seen.at(-1)?.number ?? 0;
    const after = world.watch(requestId, last);
    await start();
    await world.trims.reported(GUEST, report());
    await quiet();
    expect(before.names()).toEqual(['requested', 'intended', 'granted']);
    expect(after.seen.map(({ number, event }) => [number, event.event])).toEqual([
      [4, 'started'],
      [5, 'settling'],
      [6, 'finished'],
    ]);
  });

  it('of a request that nobody knows is told so', async () => {
    const watcher = world.watch('nobody' as RequestId);
    await quiet();
    expect(watcher.error).toMatchObject({ detail: { code: 'unknown-request' } });
  });
});
