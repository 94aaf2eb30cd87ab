import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { RequestId } from '@trimtab/protocol';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { ANSWER_TIMEOUT_MS, LONGEST_HOLD_MS } from '../../../../collector/src/conduct/trims/trim-model.ts';
import type { GuestId } from '../../../../collector/src/model/guest-id.ts';
import { isAnswer } from '../../../../collector/src/model/job.ts';
import type { NumberedEvent } from '../../../../collector/src/model/trim-event.ts';
import { trimsOf } from '../../../contract/trims-of.ts';
import { createRandom } from '../../../support/random.ts';
import { nameSeeds, seedsFor, underSeed } from '../../../support/seeds.ts';
import { createModelGuest, type ModelGuest } from './model-guest.ts';
import { aGuest, trimIdOf } from './trim-examples.ts';
import { createTrimsWorld, quiet } from './trims-world.ts';

const seeds = seedsFor({ suite: 200 });
const EVENTS = 120;
/** In one seed of sixty: two hundred may have none. never-begun.test.ts has it in any case. */
const RARE = seeds.length < 1_000 ? [] : ['never-begun'];
const POOLS = ['/a', '/b'];
/** The others have their database in memory, which takes less time and has one connection for all. */
const FILES_ONE_IN = 10;

let folder: string;
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'trimtab-chaos-'));
});
afterAll(() => rm(folder, { recursive: true }));

it(`whatever happens to guests and collector, every request is answered once, every started trim stored once, and every slot given back (${nameSeeds(seeds)})`, async () => {
  const told = new Map<string, number>();
  for (const seed of seeds)
    await underSeed(seed, async () => {
      const path = seed % FILES_ONE_IN === 0 ? join(folder, `${seed}.sqlite`) : ':memory:';
      const scene = await createScene({ random: createRandom(seed), path });
      for (let count = 0; count < EVENTS; count += 1) await scene.happen();
      await scene.comeToRest();
      for (const seen of await scene.check()) told.set(seen, (told.get(seen) ?? 0) + 1);
    });
  // Seeds that never led there would prove nothing; of one alone, nobody asks that.
  if (seeds.length === 1) return;
  for (const event of ['granted', 'started', 'again', 'finished', 'refused', 'lost', 'completed', ...RARE])
    expect(told.get(event) ?? 0, event).toBeGreaterThan(0);
});

async function createScene({ random, path }: { random: () => number; path: string }) {
  const world = await createTrimsWorld({ path });
  const chance = (part: number) => random() < part;
  const pick = <Item>(items: readonly Item[]): Item => items[Math.floor(random() * items.length)] as Item;
  let trims = 0;
  const guests = ['a', 'b', 'c'].map((id) =>
    createModelGuest({
      guest: aGuest({ id: id as GuestId, name: `${id}@${pick(POOLS)}`, wireVersion: pick([2, 3]) }),
      world,
      newTrimId: () => trimIdOf(++trims),
      isStale: () => chance(0.3),
    }),
  );
  const byId = new Map(guests.map((guest) => [guest.guest.id, guest]));
  world.onSend = (to, message) => byId.get(to)?.receive(message);
  world.onFail = (id) => byId.get(id)?.disconnect({ isTold: true });
  world.pause = async () => {
    for (let turns = Math.floor(random() * 3); turns > 0; turns -= 1) await quiet();
  };
  const watchers = new Map<RequestId, NumberedEvent[]>();

  /** Goes on where it was when the collector stopped. */
  function watch(requestId: RequestId): void {
    const seen = watchers.get(requestId) ?? [];
    watchers.set(requestId, seen);
    const last = seen.at(-1);
    if (last !== undefined && isAnswer(last.event)) return;
    const from = world.watch(requestId, last?.number ?? 0).seen;
    from.unshift(...seen);
    watchers.set(requestId, from);
  }

  async function ask({ guest }: ModelGuest): Promise<void> {
    try {
      watch(await world.trims.ask({ guest, mounts: null, askedBy: { kind: 'socket' } }));
    } catch (error) {
      expect(world.isStoreDown, String(error)).toBe(true);
    }
  }

  async function restart(): Promise<void> {
    for (const guest of guests) guest.disconnect({ isTold: false });
    // Over a store that is down it does not start.
    world.isStoreDown = false;
    await world.restart();
    for (const requestId of watchers.keys()) watch(requestId);
  }

  async function happen(): Promise<void> {
    const guest = pick(guests);
    const roll = random();
    if (roll < 0.3) guest.hear();
    else if (roll < 0.42) guest.connect();
    else if (roll < 0.52) guest.end();
    else if (roll < 0.6) guest.progress();
    else if (roll < 0.66) guest.schedule();
    else if (roll < 0.69) guest.goAlone();
    // Rarely by chance: the agent ends in the moment between its grant and its begin.
    else if (roll < 0.71) (guests.find((each) => each.hasUnheardGrant()) ?? guest).beStartedAnew();
    else if (roll < 0.76) guest.disconnect({ isTold: true });
    else if (roll < 0.88) await ask(guest);
    else if (roll < 0.9 && watchers.size > 0) await world.trims.cancel(pick([...watchers.keys()])).catch(() => {});
    else if (roll < 0.94) world.clock.advance(pick([1_000, 50_000, ANSWER_TIMEOUT_MS, 130_000]));
    else if (roll < 0.955) world.isStoreDown = !world.isStoreDown;
    else if (roll < 0.975) guest.die({ isQemuKilled: chance(0.5), keepsState: chance(0.4) });
    else if (roll < 0.985) guest.beRestored();
    else await restart();
    if (chance(0.7)) await quiet();
  }

  const isAtRest = (guest: ModelGuest) => guest.isConnected() && guest.isIdle();

  /** The store works, all guests are there and do what they are asked, and nobody asks for more. */
  async function comeToRest(): Promise<void> {
    world.isStoreDown = false;
    for (let round = 0; round < 300; round += 1) {
      for (const guest of guests) {
        guest.connect();
        guest.hear();
        if (guest.isRunning()) guest.end();
        world.clock.advance(1_000);
        await quiet();
      }
      if (guests.every(isAtRest)) break;
    }
    expect(guests.map(isAtRest)).toEqual([true, true, true]);
    // What comes due may bring about more that does.
    for (let round = 0; round < 3; round += 1) {
      world.clock.advance(LONGEST_HOLD_MS);
      for (let turns = 0; turns < 30; turns += 1) await quiet();
    }
  }

  async function check() {
    const seen: string[] = [];
    const jobs = await world.store.jobs();
    expect(jobs.map(({ job }) => job.id).sort()).toEqual([...watchers.keys()].sort());
    for (const { job, events } of jobs) {
      seen.push(...events.map(({ event }) => event.event));
      if (events.some(({ event }) => event.event === 'refused' && /before it could begin/.test(event.problem.cause)))
        seen.push('never-begun');
      expect(events.filter(({ event }) => isAnswer(event)).length, `${job.id}: ${toText(events)}`).toBe(1);
      expect(events.map(({ number }) => number)).toEqual(events.map((_, index) => index + 1));
      const watched = (watchers.get(job.id) ?? []).filter(({ event }) => event.event !== 'progress');
      expect(toText(watched)).toBe(toText(events));
      const cures = events.filter(({ event }) => event.event === 'again');
      expect(cures.length).toBeLessThanOrEqual(1);
    }
    for (const { guest, owed, answered } of guests) {
      expect(answered).toEqual([...new Set(answered)]);
      const stored = await trimsOf(world.store, { guestId: guest.id, limit: 1_000 });
      const reported = stored.filter((trim) => trim.reported).map(({ id }) => id);
      expect(stored.map(({ id }) => id)).toEqual(expect.arrayContaining([...owed.granted]));
      expect(reported).toEqual(expect.arrayContaining([...owed.reported]));
      seen.push(
        ...stored.map((trim) => (trim.reported ? (world.lost.has(trim.id) ? 'completed' : 'reported') : 'lost')),
      );
    }
    expect(POOLS.map((pool) => world.slots.busyOn(pool))).toEqual([0, 0]);
    expect(world.clock.armed()).toBe(0);
    await world.store.close();
    return seen;
  }

  return { happen, comeToRest, check };
}

const toText = (events: readonly NumberedEvent[]) =>
  events.map(({ number, event }) => `${number} ${event.event}`).join(', ');
