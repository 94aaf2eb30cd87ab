import type { Intent, RequestId } from '@trimtab/protocol';
import { afterEach, beforeEach, expect, it } from 'vitest';
import { ANSWER_TIMEOUT_MS } from '../../../../collector/src/conduct/trims/trim-model.ts';
import { aGuest, reportOf, trimIdOf } from './trim-examples.ts';
import { createTrimsWorld, settle, type TrimsWorld } from './trims-world.ts';

// A request may be lost with the connection that it went over, before the agent has said which trim answers it.

const GUEST = aGuest({ wireVersion: 3 });
const ANEW = aGuest({ wireVersion: 3, identity: { ...GUEST.identity, bootId: 'another-boot' } });
const OLD = aGuest({ wireVersion: 2 });
const TRIM = trimIdOf(1);

let world: TrimsWorld;
beforeEach(async () => {
  world = await createTrimsWorld();
});
afterEach(async () => {
  expect(world.failures).toEqual([]);
  await world.store.close();
});

async function ask(guest = GUEST): Promise<RequestId> {
  world.connect(guest);
  const requestId = await world.trims.ask({ guest, mounts: ['/mnt/vda'], askedBy: { kind: 'socket' } });
  await settle();
  return requestId;
}

async function comeBack(guest = GUEST): Promise<void> {
  world.leave(guest.id);
  world.connect(guest);
  await settle();
}

const requests = () => world.sent.flatMap(({ message }) => (message.type === 'request' ? [message] : []));
const intentOf = (requestId: RequestId): Intent => ({
  type: 'intent',
  trimId: TRIM,
  trigger: 'requested',
  requestId,
  mounts: ['/mnt/vda'],
});

it('a request that an agent has not answered when its connection ends is asked again when it is back', async () => {
  const requestId = await ask();
  const { seen } = world.watch(requestId);
  await comeBack();
  const request = { type: 'request', requestId, mounts: ['/mnt/vda'], cures: null };
  expect(requests()).toEqual([request, request]);
  await world.trims.intended(GUEST, intentOf(requestId));
  await world.trims.reported(GUEST, reportOf({ trimId: TRIM, requestId, trimmedBytes: { vda: 9 } }));
  await settle();
  expect(seen.map(({ event }) => event.event)).toEqual(expect.arrayContaining(['requested', 'intended', 'finished']));
  expect(seen.at(-1)?.event.event).toBe('finished');
});

it('it goes out before the agent may forget the report of it that it brings along', async () => {
  const requestId = await ask();
  world.leave(GUEST.id);
  world.connect(GUEST);
  world.attend(GUEST.id, world.trims.reported(GUEST, reportOf({ trimId: TRIM, requestId, trimmedBytes: { vda: 9 } })));
  await settle();
  expect(world.sent.map(({ message }) => message.type).slice(0, 3)).toEqual(['request', 'request', 'acknowledged']);
});

it('so is one that was asked for before the collector was started anew', async () => {
  const requestId = await ask();
  await world.restart();
  world.connect(GUEST);
  await settle();
  expect(requests().map((request) => request.requestId)).toEqual([requestId, requestId]);
});

it.each<[string, (requestId: RequestId) => Promise<void>]>([
  [
    'that is answered by a trim',
    async (requestId) => {
      await world.trims.intended(GUEST, intentOf(requestId));
      await comeBack();
    },
  ],
  ['of a guest that has started anew', () => comeBack(ANEW)],
  [
    'that was cancelled',
    async (requestId) => {
      await world.trims.cancel(requestId);
      await comeBack();
    },
  ],
  [
    'for whose answer nobody waits any more',
    async () => {
      world.clock.advance(ANSWER_TIMEOUT_MS + 1);
      await settle();
      await comeBack();
    },
  ],
  [
    'from long before the collector was started',
    async () => {
      await world.restart();
      world.clock.advance(ANSWER_TIMEOUT_MS + 1);
      await settle();
      world.connect(GUEST);
      await settle();
    },
  ],
])('one %s is not asked again', async (_what, happen) => {
  await happen(await ask());
  expect(requests()).toHaveLength(1);
});

it('an agent that would not know it again is not asked again, and the request has an answer all the same', async () => {
  const requestId = await ask(OLD);
  const { seen } = world.watch(requestId);
  await comeBack(OLD);
  expect(requests()).toHaveLength(1);
  world.clock.advance(ANSWER_TIMEOUT_MS);
  await settle();
  expect(seen.at(-1)?.event).toMatchObject({ event: 'refused', problem: { code: 'no-answer' } });
});

it('one that stays away for more than a moment is told of at once', async () => {
  const requestId = await ask();
  const { seen } = world.watch(requestId);
  world.leave(GUEST.id);
  for (let passed = 0; passed < 6; passed += 1) {
    world.clock.advance(1_000);
    await settle();
  }
  expect(seen.at(-1)?.event).toMatchObject({ event: 'refused', problem: { code: 'guest-left' } });
  world.connect(GUEST);
  await settle();
  expect(requests()).toHaveLength(1);
});
