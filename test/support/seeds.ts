import { randomInt } from 'node:crypto';

/** Seeds are positive and leave room for the count behind the first. */
const FIRST_BELOW = 1_000_000_000;

/**
 * The seeds of a random test: `suite` of them in `npm test`, as many as TRIMTAB_SOAK_SEEDS says in `npm run soak`, and
 * only the one in TRIMTAB_SOAK_SEED when a failure is run again. They follow one another from a random first, or from
 * TRIMTAB_SOAK_FIRST: a test prints which, in its name (`nameSeeds`), and a failing one in its message (`underSeed`).
 * `suiteFrom` is the first in the suite where only a known seed is sure to hit what the test wants hit.
 */
export function seedsFor({
  suite,
  suiteFrom,
}: {
  readonly suite: number;
  readonly suiteFrom?: number;
}): readonly number[] {
  const one = process.env.TRIMTAB_SOAK_SEED;
  if (one !== undefined) return [toCount({ name: 'TRIMTAB_SOAK_SEED', text: one })];
  const many = process.env.TRIMTAB_SOAK_SEEDS;
  const count = many === undefined ? suite : toCount({ name: 'TRIMTAB_SOAK_SEEDS', text: many });
  const given = process.env.TRIMTAB_SOAK_FIRST;
  const random = given === undefined ? randomInt(1, FIRST_BELOW) : toCount({ name: 'TRIMTAB_SOAK_FIRST', text: given });
  const first = many === undefined ? (suiteFrom ?? random) : random;
  return Array.from({ length: count }, (_, index) => first + index);
}

/** For the name of a test: `seed 17`, or `200 seeds from 17`. */
export function nameSeeds(seeds: readonly number[]): string {
  return seeds.length === 1 ? `seed ${seeds[0]}` : `${seeds.length} seeds from ${seeds[0]}`;
}

/** Runs what a seed decides; a failure says the seed and how to see it again. */
export async function underSeed<Result>(seed: number, run: () => Result | Promise<Result>): Promise<Result> {
  try {
    return await run();
  } catch (error) {
    if (error instanceof Error) error.message = `seed ${seed} (again: TRIMTAB_SOAK_SEED=${seed}): ${error.message}`;
    throw error;
  }
}

function toCount({ name, text }: { name: string; text: string }): number {
  const count = Number(text);
  if (Number.isSafeInteger(count) && count > 0) return count;
  throw new Error(`${name} is "${text}"; give a whole number above 0`);
}
