import { afterEach, expect, it, vi } from 'vitest';
import { createRandom } from './random.ts';
import { nameSeeds, seedsFor, underSeed } from './seeds.ts';

afterEach(() => vi.unstubAllEnvs());

it('gives as many seeds as the suite asks for, one after the other, and says which', () => {
  vi.stubEnv('TRIMTAB_SOAK_SEED', undefined);
  vi.stubEnv('TRIMTAB_SOAK_SEEDS', undefined);
  const seeds = seedsFor({ suite: 3 });
  const [first = 0] = seeds;
  expect(seeds).toEqual([first, first + 1, first + 2]);
  expect(nameSeeds(seeds)).toBe(`3 seeds from ${first}`);
  expect(seedsFor({ suite: 2, suiteFrom: 4711 })).toEqual([4711, 4712]);
});

it('gives as many as the soak asks for, and one alone when a failure is run again', () => {
  vi.stubEnv('TRIMTAB_SOAK_SEED', undefined);
  vi.stubEnv('TRIMTAB_SOAK_SEEDS', '10000');
  expect(seedsFor({ suite: 3 })).toHaveLength(10_000);
  vi.stubEnv('TRIMTAB_SOAK_FIRST', '17');
  expect(seedsFor({ suite: 3, suiteFrom: 4711 }).slice(0, 2)).toEqual([17, 18]);
  vi.stubEnv('TRIMTAB_SOAK_SEED', '4711');
  expect(seedsFor({ suite: 3 })).toEqual([4711]);
  expect(nameSeeds([4711])).toBe('seed 4711');
  vi.stubEnv('TRIMTAB_SOAK_SEED', 'many');
  expect(() => seedsFor({ suite: 3 })).toThrow('TRIMTAB_SOAK_SEED is "many"; give a whole number above 0');
});

it('says the seed of what failed, and how to see it again', async () => {
  const failing = underSeed(4711, () => {
    expect(createRandom(4711)()).toBe(createRandom(4712)());
  });
  await expect(failing).rejects.toThrow('seed 4711 (again: TRIMTAB_SOAK_SEED=4711): expected');
});
