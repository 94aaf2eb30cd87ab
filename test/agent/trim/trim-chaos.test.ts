import { expect, it } from 'vitest';
import { createRandom } from '../../support/random.ts';
import { nameSeeds, seedsFor, underSeed } from '../../support/seeds.ts';
import { SCHEDULED } from './trim-samples.ts';
import { TrimWorld } from './trim-world.ts';

const EVENTS = 600;
const SEEDS = seedsFor({ suite: 200 });

it(`whatever happens, in any order, each wish is answered once and each trim reported once (${nameSeeds(SEEDS)})`, async () => {
  for (const seed of SEEDS) await underSeed(seed, () => checkTrims(seed));
});

function checkTrims(seed: number): void {
  const world = new TrimWorld(createRandom(seed));
  for (let count = 0; count < EVENTS; count++) world.live();
  // However it was left, it comes to rest once the world does what it is asked to.
  world.comeToRest();
  expect(world.state.kind).toBe('idle');
  world.expectAllTold();

  world.wish(SCHEDULED);
  world.happen({ kind: 'stop' });
  world.comeToRest();
  expect(world.state.kind).toBe('stopped');
  world.expectAllTold();
  const path = ['idle', 'planning', 'waiting-for-grant', 'running', 'keeping-report', 'sending-report', 'stopped'];
  expect(world.reached).toEqual(new Set(path));
}
