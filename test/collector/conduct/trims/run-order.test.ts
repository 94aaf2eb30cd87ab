import type { Intent, RequestId } from '@trimtab/protocol';
import { afterEach, beforeEach, expect, it } from 'vitest';
import { CHECK_MS } from '../../../../collector/src/conduct/trims/absence/absences.ts';
import { ANSWER_TIMEOUT_MS } from '../../../../collector/src/conduct/trims/trim-model.ts';
import { aGuest, reportOf, trimIdOf } from './trim-examples.ts';
import { createTrimsWorld, settle, type TrimsWorld } from './trims-world.ts';

// What one thing that happens to a trim sets off may take a while. Something else happens to the trim meanwhile.

const GUEST = aGuest();
const TRIM = trimIdOf(1);

let world: TrimsWorld;
let requestId: RequestId;

beforeEach(async () => {
  world = await createTrimsWorld();
  world.connect(GUEST);
  requestId = await world.trims.ask({ guest: GUEST, mounts: ['/mnt/vda'], askedBy: { kind: 'socket' } });
  const intent: Intent = { type: 'intent', trimId: TRIM, trigger: 'requested', requestId, mounts: ['/mnt/vda'] };
  world.attend(GUEST.id, world.trims.intended(GUEST, intent));
  await settle();
});
afterEach(async () => {
  expect(world.failures).toEqual([]);
  await world.store.close();
});

/** The store's next writing of a job takes until `release` is called. */
function holdNextJob(): () => void {
  let release = () => {};
  const held = new Promise<void>((resolve) => {
    release = resolve;
  });
  world.before.saveJobs = () => held;
  return () => {
    world.before.saveJobs = async () => {};
    release();
  };
}

/** That it is to be trimmed again is being stored when this resolves. */
async function holdAtAgain(): Promise<() => void> {
  world.verdicts.set(TRIM, 'stale');
  const release = holdNextJob();
  world.attend(GUEST.id, world.trims.reported(GUEST, reportOf({ trimId: TRIM, requestId, trimmedBytes: { vda: 0 } })));
  await settle();
  return release;
}

const said = () =>
  world.sent.flatMap(({ message }) =>
    message.type === 'request' ? [`request ${message.cures}`] : message.type === 'acknowledged' ? [message.type] : [],
  );

it('a cure is not asked for any more when its trim is over before it could be', async () => {
  const watcher = world.watch(requestId);
  const release = await holdAtAgain();
  world.leave(GUEST.id);
  world.connect(GUEST);
  await settle();
  release();
  await settle();
  expect(said()).toEqual(['request null', 'acknowledged']);
  expect(watcher.names().slice(-2)).toEqual(['again', 'finished']);
  expect(watcher.hasEnded).toBe(true);
});

it('what happens later is carried out later: no timer outlives its trim', async () => {
  const release = await holdAtAgain();
  world.leave(GUEST.id);
  await settle();
  release();
  await settle();
  // Whether its QEMU runs is no longer asked.
  world.clock.advance(CHECK_MS);
  await settle();
  // That of the request, which rings in vain.
  expect(world.clock.armed()).toBe(1);
});

it('a cure is asked for once that it will be is stored', async () => {
  const release = await holdAtAgain();
  expect(said()).toEqual(['request null']);
  release();
  await settle();
  expect(said()).toEqual(['request null', 'acknowledged', `request ${TRIM}`]);
  world.clock.advance(ANSWER_TIMEOUT_MS);
  await settle();
});
