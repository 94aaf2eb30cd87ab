import type { RequestId } from '@trimtab/protocol';
import { afterEach, expect, it } from 'vitest';
import { RETRY_MS } from '../../../../collector/src/conduct/trims/absence/absences.ts';
import type { LoggedJob } from '../../../../collector/src/model/job.ts';
import type { NumberedEvent } from '../../../../collector/src/model/trim-event.ts';
import type { GuestAgentTrim } from '../../../../collector/src/ports/guest-agent.ts';
import { wholeTrimsOf } from '../../../contract/trims-of.ts';
import { requestIdOf, trimIdOf } from '../trims/trim-examples.ts';
import { createTrimsWorld, settle, type TrimsWorld } from '../trims/trims-world.ts';
import { DESCRIBED, DOMAIN, ID } from './qga-guest.ts';

// What those hear who asked qemu-ga for a trim of an earlier run of the collector: nobody tells it a second time.
const REQUEST = requestIdOf(500);
const GONE = trimIdOf(500);

let world: TrimsWorld;
let qemuGa: PromiseWithResolvers<GuestAgentTrim>;

async function create() {
  qemuGa = Promise.withResolvers();
  world = await createTrimsWorld({ qemuGa: () => qemuGa.promise });
}
afterEach(() => world.store.close());

async function ask(): Promise<RequestId> {
  const guest = await world.present.enter({ domain: DOMAIN, domains: [DOMAIN], described: DESCRIBED, mayTaint: false });
  const requestId = await world.trims.ask({ guest, mounts: null, askedBy: { kind: 'socket' } });
  await settle();
  return requestId;
}

/** The store has it from a run that ended then. */
async function storeJob(events: readonly NumberedEvent['event'][]) {
  const job: LoggedJob['job'] = {
    id: REQUEST,
    kind: 'trim',
    guestId: ID,
    guestName: ID,
    targets: null,
    options: { isByQemuGa: true, mayTaint: false },
    askedBy: { kind: 'socket' },
    askedAt: world.clock.now(),
    deadline: null,
    priority: 0,
    cancelledAt: null,
  };
  const numbered = events.map((event, index) => ({ number: index + 1, event }));
  await world.store.saveJobs({ changed: [{ job, events: numbered }], forgotten: [] });
}

async function restart() {
  await world.restart();
  await settle();
}

async function elapse(ms: number) {
  world.clock.advance(ms);
  await settle();
}

async function hear(requestId: RequestId) {
  const watcher = world.watch(requestId);
  await settle();
  return watcher;
}

const stored = () => wholeTrimsOf(world.store, { guestId: ID, limit: 9 });
const REQUESTED = { event: 'requested', requestId: REQUEST, guest: ID } as const;
const INTENDED = { event: 'intended', trimId: GONE, mounts: ['/mnt/vda'] } as const;
const GRANTED = { event: 'granted', trimId: GONE, images: [] } as const;
const NOT_BEGUN = {
  event: 'refused',
  problem: { code: 'collector-started-anew', hint: expect.stringMatching(/^Nothing was trimmed/) },
};
const failOnce = (name: 'openTrims' | 'findTrim') => {
  world.before[name] = async () => {
    world.before[name] = async () => {};
    throw new Error('the store is busy');
  };
};

/** Its result is stored, and the collector dies before its request is answered. */
async function dieBeforeAnswer(): Promise<RequestId> {
  const requestId = await ask();
  world.before.settled = async () => {
    world.before.saveJobs = () => new Promise(() => {});
  };
  qemuGa.resolve({ kind: 'told', paths: [{ mount: '/mnt/vda', trimmedBytes: 4096, error: null }] });
  await settle();
  expect(await stored()).toMatchObject([{ reported: true }]);
  expect(await world.store.openTrims(null)).toEqual([]);
  expect((await hear(requestId)).names().at(-1)).not.toBe('finished');
  world.before.saveJobs = async () => {};
  return requestId;
}

it('answers with the result that the run before has stored and not told', async () => {
  await create();
  const requestId = await dieBeforeAnswer();
  await restart();
  const watcher = await hear(requestId);
  const [result] = await stored();
  expect(watcher.seen.at(-1)?.event).toEqual({ event: 'finished', trimId: result?.id, result });
  expect(watcher.hasEnded).toBe(true);
  expect(world.failures).toEqual([]);
});

it('answers nothing while it cannot be read whether there is a result, and then with it', async () => {
  await create();
  const requestId = await dieBeforeAnswer();
  failOnce('findTrim');
  await restart();
  const watcher = await hear(requestId);
  expect(watcher.hasEnded).toBe(false);
  await elapse(RETRY_MS);
  expect(watcher.seen.at(-1)?.event).toMatchObject({ event: 'finished', result: { reported: true } });
  expect(world.failures).toMatchObject([{ reason: 'the store is busy' }]);
});

it('answers nothing while the open trims cannot be read, and then with what the host measures', async () => {
  await create();
  const requestId = await ask();
  failOnce('openTrims');
  await restart();
  const watcher = await hear(requestId);
  expect(watcher.names()).toEqual(['requested', 'intended', 'granted']);
  await elapse(RETRY_MS);
  expect(watcher.seen.at(-1)?.event).toMatchObject({ event: 'finished', result: { reported: false } });
  expect(await stored()).toMatchObject([{ inside: 'qemu-ga', reported: false }]);
  expect(await world.store.openTrims(null)).toEqual([]);
});

it('loses what was granted where the open trims of its guest could not be read at first', async () => {
  await create();
  const requestId = await ask();
  let asked = 0;
  world.before.openTrims = async () => {
    asked += 1;
    if (asked === 2) throw new Error('the store is busy');
  };
  await restart();
  const watcher = await hear(requestId);
  expect(watcher.hasEnded).toBe(false);
  await elapse(RETRY_MS);
  expect(watcher.seen.at(-1)?.event).toMatchObject({ event: 'finished', result: { reported: false } });
});

it('tries no more once it has ended', async () => {
  await create();
  const requestId = await ask();
  failOnce('openTrims');
  await restart();
  world.trims.stop();
  await elapse(RETRY_MS);
  expect((await hear(requestId)).hasEnded).toBe(false);
  expect(await stored()).toEqual([]);
});

it.each([
  ['no trim', [REQUESTED]],
  ['a trim that was not granted', [REQUESTED, INTENDED]],
])('says that nothing was trimmed of %s, as soon as the store can be read', async (_, events) => {
  await create();
  await storeJob(events);
  failOnce('openTrims');
  await restart();
  const watcher = await hear(REQUEST);
  expect(watcher.hasEnded).toBe(false);
  await elapse(RETRY_MS);
  expect(watcher.seen.at(-1)?.event).toMatchObject(NOT_BEGUN);
});

it('says of one that was granted and of which nothing is kept that nobody knows how it went', async () => {
  await create();
  await storeJob([REQUESTED, INTENDED, GRANTED]);
  await restart();
  expect((await hear(REQUEST)).seen.at(-1)?.event).toMatchObject({
    event: 'refused',
    problem: {
      code: 'collector-started-anew',
      cause: 'the collector was started anew after qemu-guest-agent was asked to begin, and no result is kept',
      hint: 'Nobody knows how far it came. Ask again: trimtab trim guest-a',
    },
  });
});

it('leaves alone what was asked for since, whatever the clock says', async () => {
  await create();
  await storeJob([REQUESTED]);
  failOnce('openTrims');
  await restart();
  world.clock.jump(-3_600_000);
  // While another has its pool, it is not granted.
  const held = await world.slots.acquire(['/pool'], new AbortController().signal);
  const watcher = world.watch(await ask());
  await elapse(RETRY_MS);
  expect((await hear(REQUEST)).hasEnded).toBe(true);
  expect(watcher.names()).toEqual(['requested', 'intended']);
  held.release();
  qemuGa.resolve({ kind: 'untold' });
  await settle();
  expect(watcher.names().at(-1)).toBe('finished');
});
