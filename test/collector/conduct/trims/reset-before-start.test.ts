import type { Intent, RequestId } from '@trimtab/protocol';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { BLINK_MS, CHECK_MS } from '../../../../collector/src/conduct/trims/absence/absences.ts';
import { ANSWER_TIMEOUT_MS, SILENCE_MS } from '../../../../collector/src/conduct/trims/trim-model.ts';
import { isAnswer } from '../../../../collector/src/model/job.ts';
import { trimsOf } from '../../../contract/trims-of.ts';
import { aGuest, trimIdOf } from './trim-examples.ts';
import { createTrimsWorld, settle, type TrimsWorld } from './trims-world.ts';

// A guest that is reset, or whose QEMU is killed, after somebody asked it for a trim and before that trim began.

const GUEST = aGuest();
const ANEW = aGuest({ identity: { ...GUEST.identity, bootId: 'another-boot' } });
const TRIM = trimIdOf(1);

let world: TrimsWorld;
let requestId: RequestId;
let release: () => void;

beforeEach(async () => {
  world = await createTrimsWorld();
  world.connect(GUEST);
  requestId = await world.trims.ask({ guest: GUEST, mounts: ['/mnt/vda'], askedBy: { kind: 'socket' } });
  release = () => {};
});
afterEach(async () => {
  expect(world.failures).toEqual([]);
  await world.store.close();
});

/** What is to be granted is not stored until `release`. */
function holdGrants(): void {
  const held = new Promise<void>((resolve) => {
    release = resolve;
  });
  world.before.openTrim = () => held;
}

async function intend(): Promise<void> {
  const intent: Intent = { type: 'intent', trimId: TRIM, trigger: 'requested', requestId, mounts: ['/mnt/vda'] };
  world.attend(GUEST.id, world.trims.intended(GUEST, intent));
  await settle();
}

const STAGES: readonly [string, () => Promise<void>][] = [
  ['has not said which trim it will be', async () => {}],
  [
    'stands in line for a slot',
    async () => {
      const other = aGuest({ id: 'other' as typeof GUEST.id, name: 'other' });
      world.connect(other);
      const scheduled = { trimId: trimIdOf(2), trigger: 'scheduled', requestId: null, mounts: ['/mnt/vda'] } as const;
      await world.trims.intended(other, { type: 'intent', ...scheduled, mounts: [...scheduled.mounts] });
      await intend();
    },
  ],
  [
    'has its samples stored',
    async () => {
      holdGrants();
      await intend();
    },
  ],
  ['was granted', intend],
];

const FATES: readonly [string, () => Promise<void>][] = [
  [
    'is reset, and says hello as another boot',
    async () => {
      world.leave(GUEST.id);
      world.connect(ANEW);
    },
  ],
  [
    'is reset, and its connection breaks long before it says hello',
    async () => {
      world.leave(GUEST.id);
      await settle();
      world.clock.advance(CHECK_MS);
      await settle();
      world.connect(ANEW);
    },
  ],
  [
    'is killed with its QEMU',
    async () => {
      world.killQemu(GUEST.id);
      world.leave(GUEST.id);
    },
  ],
  [
    'dies while the collector is away, and says hello as another boot',
    async () => {
      await world.restart();
      release();
      world.connect(ANEW);
    },
  ],
  [
    'dies while the collector is away, and never comes back',
    async () => {
      world.killQemu(GUEST.id);
      await world.restart();
      release();
    },
  ],
];

describe.each(STAGES)('a guest that %s', (stage, reach) => {
  it.each(FATES)('and %s keeps nobody waiting, and owes no result', async (_, befall) => {
    await reach();
    await befall();
    await settle();
    release();
    await settle();
    for (const ms of [BLINK_MS, SILENCE_MS, ANSWER_TIMEOUT_MS, CHECK_MS]) {
      world.clock.advance(ms);
      await settle();
    }
    const job = (await world.store.jobs()).find((one) => one.job.id === requestId);
    expect(job?.events.filter(({ event }) => isAnswer(event))).toHaveLength(1);
    // Only of what was granted can anybody believe that it began.
    const stored = () => trimsOf(world.store, { guestId: GUEST.id, limit: 9 });
    const wasGranted = job?.events.some(({ event }) => event.event === 'granted') === true;
    expect(wasGranted).toBe(stage === 'was granted');
    if (wasGranted) return;
    // However often it is started anew after that, and whatever becomes of its QEMU.
    world.connect({ ...ANEW, identity: { ...GUEST.identity, bootId: 'a-third-boot' } });
    await settle();
    world.killQemu(GUEST.id);
    world.leave(GUEST.id);
    await settle();
    world.clock.advance(CHECK_MS);
    await settle();
    expect(await stored()).toEqual([]);
    expect(await world.store.openTrims(GUEST.id)).toEqual([]);
  });
});
