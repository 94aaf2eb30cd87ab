import type { Intent, RequestId } from '@trimtab/protocol';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { SILENCE_MS } from '../../../../collector/src/conduct/trims/trim-model.ts';
import { trimsOf } from '../../../contract/trims-of.ts';
import { aGuest, reportOf, trimIdOf } from './trim-examples.ts';
import { createTrimsWorld, settle, type TrimsWorld } from './trims-world.ts';

// An agent that is started anew between the grant of a trim and its begin has no journal of it: no report will come.

const GUEST = aGuest({ wireVersion: 3 });
const ANEW = aGuest({ wireVersion: 3, identity: { ...GUEST.identity, bootId: 'another-boot' } });
const TRIM = trimIdOf(1);
const NEVER_BEGUN = 'a trim that was granted has never begun';

let world: TrimsWorld;
beforeEach(async () => {
  world = await createTrimsWorld();
  world.connect(GUEST);
});
afterEach(async () => {
  expect(world.failures).toEqual([]);
  await world.store.close();
});

const elapse = async (ms: number) => {
  world.clock.advance(ms);
  await settle();
};
async function grant({ guest = GUEST, requestId = null }: { guest?: typeof GUEST; requestId?: RequestId | null } = {}) {
  const trigger = requestId === null ? 'scheduled' : 'requested';
  const intent: Intent = { type: 'intent', trimId: TRIM, trigger, requestId, mounts: ['/mnt/vda'] };
  await world.trims.intended(guest, intent);
  await settle();
  expect(await world.store.openTrims(guest.id)).toHaveLength(1);
}
async function comeBack(guest = GUEST): Promise<void> {
  world.leave(guest.id);
  world.connect(guest);
  await settle();
}
const open = () => world.store.openTrims(GUEST.id);
const stored = () => trimsOf(world.store, { guestId: GUEST.id, limit: 9 });

describe('a trim that was granted, and of which an agent that is back says nothing', () => {
  it('has never begun: it leaves no result, also when its guest ends', async () => {
    await grant();
    await comeBack();
    await elapse(SILENCE_MS);
    expect(await open()).toEqual([]);
    expect(world.warned).toEqual([NEVER_BEGUN]);
    world.connect(ANEW);
    await settle();
    expect(await stored()).toEqual([]);
  });

  it('is told as that to whoever asked for it', async () => {
    const requestId = await world.trims.ask({ guest: GUEST, mounts: ['/mnt/vda'], askedBy: { kind: 'socket' } });
    await grant({ requestId });
    const watcher = world.watch(requestId);
    await comeBack();
    await elapse(SILENCE_MS);
    expect(watcher.seen.at(-1)?.event).toMatchObject({
      event: 'refused',
      problem: {
        code: 'trim-unheard-of',
        cause: 'its agent was started anew before it could begin',
        hint: 'Nothing was trimmed. Ask again: trimtab trim web-1',
      },
    });
  });

  it('has never begun also where the collector was started anew', async () => {
    await grant();
    await world.restart();
    world.connect(GUEST);
    await settle();
    await elapse(SILENCE_MS);
    expect(await open()).toEqual([]);
  });
});

it('of one that is open no more when its agent may be silent no longer, the log is not told that it never began', async () => {
  await grant();
  await comeBack();
  const [mark] = await open();
  if (mark !== undefined) await world.store.withdrawTrim(mark);
  await elapse(SILENCE_MS);
  expect(world.warned).toEqual([]);
});

describe('a trim that was granted may have begun', () => {
  const stays = async () => {
    await elapse(SILENCE_MS);
    expect(await open()).toMatchObject([{ id: TRIM }]);
  };

  it('while its agent is not away', async () => {
    await grant();
    await stays();
  });

  it('where the agent that is back says that it has', async () => {
    await grant();
    await comeBack();
    await world.trims.started(GUEST, { type: 'started', trimId: TRIM, startedAt: 0 });
    await stays();
    await world.trims.reported(GUEST, reportOf({ trimId: TRIM }));
    expect(await stored()).toMatchObject([{ id: TRIM, reported: true }]);
  });

  it('where the agent says so at once, while the store is still asked what is open', async () => {
    await grant();
    let goOn = () => {};
    const held = new Promise<void>((resolve) => {
      goOn = resolve;
    });
    world.leave(GUEST.id);
    await settle();
    world.pause = () => held;
    world.connect(GUEST);
    world.attend(GUEST.id, world.trims.started(GUEST, { type: 'started', trimId: TRIM, startedAt: 0 }));
    await settle();
    world.pause = async () => {};
    goOn();
    await settle();
    await stays();
  });

  it('where the agent intends it once more, and is granted it', async () => {
    await grant();
    await comeBack();
    await elapse(1_000);
    await grant();
    await stays();
  });

  it('while the agent that is back goes away again: what it would have said is not known', async () => {
    await grant();
    await comeBack();
    await elapse(SILENCE_MS - 1);
    world.leave(GUEST.id);
    await settle();
    await elapse(SILENCE_MS);
    expect(await open()).toMatchObject([{ id: TRIM }]);
  });

  it('where the agent is of a version that tells of it only after its sync', async () => {
    const older = aGuest({ wireVersion: 2 });
    world.connect(older);
    await grant({ guest: older });
    await comeBack(older);
    await stays();
  });

  it('where two agents say that they are this guest', async () => {
    await grant();
    await comeBack({ ...GUEST, contested: 'another says the same' });
    await stays();
  });
});
