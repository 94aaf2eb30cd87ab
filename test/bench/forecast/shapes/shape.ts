import type { Dice } from '../dice.ts';

/** What a series is drawn from. */
export interface Plan {
  readonly dice: Dice;
  readonly days: number;
  /** As many as are known on the day of the last forecast; the others are its future. */
  readonly knownDays: number;
  /** Bytes, about as many as it begins with. What comes and goes is a part of them, however slowly the pool grows. */
  readonly base: number;
  /** Bytes, about as many as a day adds. */
  readonly growth: number;
}

export type Shape = (plan: Plan) => number[];

/** Sums up what each day adds. */
export function accumulate({ base, changes }: { base: number; changes: Iterable<number> }): number[] {
  const levels: number[] = [];
  let level = base;
  for (const change of changes) {
    level += change;
    levels.push(level);
  }
  return levels;
}

/** The numbers from 0 to `days`, each turned into its value. */
export function daily(days: number, valueOn: (day: number) => number): number[] {
  return Array.from({ length: days }, (_, day) => valueOn(day));
}

/** Noise that remembers part of the day before: of deviation `deviation` in the long run. */
export function driftingNoise({
  dice,
  days,
  deviation,
}: Pick<Plan, 'dice' | 'days'> & { deviation: number }): number[] {
  const memory = dice.oneOf([0, 0.5, 0.9]);
  let noise = 0;
  return daily(days, () => {
    noise = memory * noise + Math.sqrt(1 - memory ** 2) * deviation * dice.normal();
    return noise;
  });
}

/** The days of what happens at random, once in `everyDays` on average. */
export function randomDays({
  dice,
  days,
  everyDays,
}: Pick<Plan, 'dice' | 'days'> & { everyDays: number }): Set<number> {
  const found = new Set<number>();
  for (let day = dice.exponential() * everyDays; day < days; day += Math.max(1, dice.exponential() * everyDays)) {
    found.add(Math.floor(day));
  }
  return found;
}
