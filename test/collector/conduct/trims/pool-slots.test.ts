import { expect, it } from 'vitest';
import {
  LONGEST_HOLD_MS,
  SLOT_CHECKED_EVERY_MS,
  STILL_HOLD_MS,
  type TrimState,
  UNSEEN_HOLD_MS,
} from '../../../../collector/src/conduct/trims/trim-model.ts';
import { advanceTrim } from '../../../../collector/src/conduct/trims/trim-state.ts';
import type { GuestId } from '../../../../collector/src/model/guest-id.ts';
import type { DiskSample } from '../../../../collector/src/model/sample.ts';
import { MIB } from '../../diagnose/examples.ts';
import { aGuest, aSample, pathIn, reportOf, trimIdOf } from './trim-examples.ts';
import { createTrimsWorld, quiet, settle } from './trims-world.ts';

const HOARDER = trimIdOf(1);
const HONEST = trimIdOf(2);

/** A guest that has the only slot of a pool, and says `progress` every second; another may stand in line. */
async function createHoard({ isWanted }: { isWanted: boolean }) {
  const world = await createTrimsWorld({ slotsPerPool: 1, guests: ['hoarder', 'honest'] });
  const [hoarder, honest] = ['hoarder', 'honest'].map((name) => aGuest({ id: name as GuestId, name: `${name}@/pool` }));
  if (hoarder === undefined || honest === undefined) throw new Error('two guests');
  const granted = new Set<string>();
  world.onSend = (_, message) => {
    if (message.type === 'grant') granted.add(message.trimId);
  };
  const intend = async ({ guest, trimId }: { guest: typeof hoarder; trimId: typeof HOARDER }) => {
    world.connect(guest);
    const wish = { type: 'intent', trigger: 'scheduled', requestId: null, mounts: ['/mnt/vda'] } as const;
    void world.trims.intended(guest, { ...wish, trimId, mounts: [...wish.mounts] });
    await settle();
  };
  await intend({ guest: hoarder, trimId: HOARDER });
  expect(granted.has(HOARDER)).toBe(true);
  await world.trims.started(hoarder, { type: 'started', trimId: HOARDER, startedAt: 0 });
  if (isWanted) await intend({ guest: honest, trimId: HONEST });
  return {
    world,
    isServed: () => granted.has(HONEST),
    comeLate: () => intend({ guest: honest, trimId: HONEST }),
    /** It says how busy it is, and a second passes; so often. */
    async talk(ms: number): Promise<void> {
      for (let passedMs = 0; passedMs < ms; passedMs += 10_000) {
        const words = { mount: '/mnt/vda', index: 1, of: 1, elapsedMs: passedMs, issuedBytes: passedMs };
        await world.trims.progressed(hoarder, { type: 'progress', trimId: HOARDER, ...words });
        world.clock.advance(10_000);
        for (let turns = 0; turns < 4; turns += 1) await quiet();
      }
    },
  };
}

/** `count`: how often it was looked at before. */
function seeing(sample: (count: number) => Partial<DiskSample>) {
  let count = 0;
  return () => {
    count += 1;
    return { vda: aSample(sample(count)) };
  };
}

it('a guest that only talks loses its slot to one that waits, within three minutes', async () => {
  const { world, talk, isServed } = await createHoard({ isWanted: true });
  world.seen = seeing(() => ({}));
  await talk(STILL_HOLD_MS - SLOT_CHECKED_EVERY_MS);
  expect(isServed()).toBe(false);
  await talk(3 * SLOT_CHECKED_EVERY_MS);
  expect(isServed()).toBe(true);
});

it('a guest whose image falls keeps its slot, up to the lease', async () => {
  const { world, talk, isServed } = await createHoard({ isWanted: true });
  world.seen = seeing((count) => ({ allocationBytes: (10_000 - 2 * count) * MIB }));
  await talk(LONGEST_HOLD_MS - 60_000);
  expect(isServed()).toBe(false);
  await talk(120_000);
  expect(isServed()).toBe(true);
});

it('a guest whose discards QEMU counts keeps its slot, also where its image does not fall', async () => {
  const { world, talk, isServed } = await createHoard({ isWanted: true });
  const counted = { receivedBytes: null, failedDiscards: 0, writtenBytes: 0, blockJobs: [], droppedBy: null };
  world.seen = seeing((count) => ({ counterEpoch: 'one', counters: { ...counted, passedBytes: 4_096 * count } }));
  await talk(3 * STILL_HOLD_MS);
  expect(isServed()).toBe(false);
});

it('a guest of which nothing can be seen keeps its slot for ten minutes', async () => {
  const { world, talk, isServed } = await createHoard({ isWanted: true });
  world.seen = seeing(() => ({ allocationBytes: null }));
  await talk(UNSEEN_HOLD_MS - SLOT_CHECKED_EVERY_MS);
  expect(isServed()).toBe(false);
  await talk(2 * SLOT_CHECKED_EVERY_MS);
  expect(isServed()).toBe(true);
});

it('a slot that nobody wants is kept, and nobody looks; who comes late waits no longer for it', async () => {
  const { world, talk, isServed, comeLate } = await createHoard({ isWanted: false });
  let asked = 0;
  world.seen = seeing(() => {
    asked += 1;
    return {};
  });
  await talk(2 * UNSEEN_HOLD_MS);
  expect([world.slots.busyOn('/pool'), asked]).toEqual([1, 0]);
  await comeLate();
  await talk(STILL_HOLD_MS + 3 * SLOT_CHECKED_EVERY_MS);
  expect(isServed()).toBe(true);
});

const RUNNING: Extract<TrimState, { kind: 'granted' | 'running' }> = {
  kind: 'running',
  trimId: HOARDER,
  cures: null,
  paths: [pathIn({ disk: 'vda', pool: '/pool' })],
  inventory: null,
  hasSlot: true,
};

it('what the guest says does not put off that it is seen after', () => {
  const words = { mount: '/mnt/vda', index: 1, of: 1, elapsedMs: 1, issuedBytes: 9 };
  for (const input of [{ kind: 'started' }, { kind: 'progressed', progress: words }] as const) {
    const { effects } = advanceTrim(RUNNING, input);
    expect(effects.some((effect) => effect.kind === 'arm' && effect.timer === 'slot-check')).toBe(false);
  }
  const due = advanceTrim(RUNNING, { kind: 'elapsed', timer: 'slot-check' });
  expect(due).toEqual({ state: RUNNING, effects: [{ kind: 'check-slot', paths: RUNNING.paths }] });
});

it('a trim whose report has come keeps its slot until the host has settled, whatever was seen before', () => {
  const guest = aGuest();
  const { state } = advanceTrim(RUNNING, { kind: 'reported', guest, report: reportOf({ trimId: HOARDER }) });
  expect(state).toMatchObject({ kind: 'settling', hasSlot: true });
  expect(advanceTrim(state, { kind: 'slot-checked', keeps: false })).toEqual({ state, effects: [] });
});
