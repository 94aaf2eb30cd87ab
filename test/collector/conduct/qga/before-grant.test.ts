import type { RequestId } from '@trimtab/protocol';
import { afterEach, describe, expect, it } from 'vitest';
import type { GuestId } from '../../../../collector/src/model/guest-id.ts';
import type { GuestAgentTrim } from '../../../../collector/src/ports/guest-agent.ts';
import { wholeTrimsOf } from '../../../contract/trims-of.ts';
import { aDomain } from '../../correlate/examples.ts';
import { aGuest, inventoryOf, trimIdOf } from '../trims/trim-examples.ts';
import { createTrimsWorld, settle, type TrimsWorld } from '../trims/trims-world.ts';

// A trim through qemu-ga that does not come to its end: its place in the line and its slot are given back, and nobody
// waits for it.
const ID = 'guest-a' as GuestId;
const DOMAIN = aDomain({ name: ID });

let world: TrimsWorld;
let trim: PromiseWithResolvers<GuestAgentTrim>;
let asked: number;
afterEach(() => world.store.close());

async function create(): Promise<void> {
  [trim, asked] = [Promise.withResolvers(), 0];
  world = await createTrimsWorld({
    qemuGa: () => {
      asked += 1;
      return trim.promise;
    },
  });
}

async function ask(): Promise<RequestId> {
  const guest = await world.present.enter({
    domain: DOMAIN,
    domains: [DOMAIN],
    described: {
      channel: { kind: 'socket', path: '/qga', qmpPaths: [] },
      version: null,
      allows: { fstrim: null, fsinfo: true },
      inventory: inventoryOf(['vda']),
      addresses: new Map(),
      withheld: null,
      toldAt: 0,
    },
    mayTaint: false,
  });
  const requestId = await world.trims.ask({ guest, mounts: null, askedBy: { kind: 'socket' } });
  await settle();
  return requestId;
}

const holdPool = () => world.slots.acquire(['/pool'], new AbortController().signal);
const stored = () => wholeTrimsOf(world.store, { guestId: ID, limit: 9 });

async function expectFree(): Promise<void> {
  expect(world.slots.busyOn('/pool')).toBe(0);
  expect(world.qemuGa.has(ID)).toBe(false);
  (await holdPool()).release();
}

describe('a trim through qemu-ga that waits for its slot', () => {
  it('is called off when somebody cancels it, and leaves the line', async () => {
    await create();
    const held = await holdPool();
    const requestId = await ask();
    const watcher = world.watch(requestId);
    await world.trims.cancel(requestId);
    await settle();
    expect(watcher.seen.at(-1)?.event).toMatchObject({ event: 'refused', problem: { code: 'cancelled' } });
    held.release();
    await settle();
    expect(asked).toBe(0);
    expect(await stored()).toEqual([]);
    await expectFree();
  });

  it('gives way to the agent that came meanwhile and trims by itself', async () => {
    await create();
    const held = await holdPool();
    const watcher = world.watch(await ask());
    const agent = aGuest({ id: ID, name: ID });
    world.connect(agent);
    const intent = { type: 'intent', trimId: trimIdOf(1), requestId: null, trigger: 'scheduled', mounts: [] } as const;
    world.attend(ID, world.trims.intended(agent, { ...intent, mounts: ['/mnt/vda'] }));
    await settle();
    expect(watcher.seen.at(-1)?.event).toMatchObject({ event: 'refused', problem: { code: 'busy' } });
    expect(world.qemuGa.has(ID)).toBe(false);
    held.release();
    await settle();
    expect(asked).toBe(0);
    expect(world.sent).toMatchObject([{ to: ID, message: { type: 'grant', trimId: trimIdOf(1) } }]);
  });

  it('waits on while an agent is there that wants nothing', async () => {
    await create();
    const held = await holdPool();
    const watcher = world.watch(await ask());
    world.connect(aGuest({ id: ID, name: ID }));
    await settle();
    held.release();
    await settle();
    expect(asked).toBe(1);
    trim.resolve({ kind: 'untold' });
    await settle();
    expect(watcher.names().at(-1)).toBe('finished');
    await expectFree();
  });
});

describe('a store that fails', () => {
  it('before the grant: nothing is begun, and who asked is told', async () => {
    await create();
    world.before.openTrim = () => Promise.reject(new Error('the disk is full'));
    const watcher = world.watch(await ask());
    await settle();
    expect(asked).toBe(0);
    expect(watcher.seen.at(-1)?.event).toMatchObject({
      event: 'refused',
      problem: { code: 'internal', cause: expect.stringContaining('the disk is full') },
    });
    await expectFree();
  });

  it('at the end: the slot is free, and the next run of the collector stores one result', async () => {
    await create();
    await ask();
    expect(asked).toBe(1);
    world.isStoreDown = true;
    trim.resolve({ kind: 'untold' });
    await settle();
    await expectFree();
    world.isStoreDown = false;
    await world.restart();
    await settle();
    expect(await stored()).toMatchObject([{ inside: 'qemu-ga', reported: false }]);
    expect(await world.store.openTrims(null)).toEqual([]);
  });
});
