import { linear, weekly } from './growing.ts';
import { accumulate, daily, type Plan, randomDays, type Shape } from './shape.ts';

/** All of its growth, or nearly all, comes at once on some days: imports, images, backups. */
export const stepped: Shape = ({ dice, days, base, growth }) => {
  const everyDays = dice.scaleBetween([4, 90]);
  const between = dice.oneOf([0, 0, 0.1, 0.3]);
  const regular = dice.chance(0.3);
  const stepDays = regular
    ? new Set(daily(Math.ceil(days / everyDays), (step) => Math.floor((step + 0.5) * everyDays)))
    : randomDays({ dice, days, everyDays });
  const size = growth * everyDays * (1 - between);
  return accumulate({
    base,
    changes: daily(days, (day) => {
      const step = stepDays.has(day) ? size * (regular ? dice.between([0.7, 1.3]) : dice.exponential()) : 0;
      return growth * between + step;
    }),
  });
};

/** Guests write and delete, and every so many days a trim gives back what they deleted since. */
export const sawTooth: Shape = ({ dice, days, base, growth }) => {
  const everyDays = dice.oneOf([2, 7, 7, 7, 14, 30]);
  const deletedDaily = (base * dice.scaleBetween([0.01, 0.1])) / everyDays;
  const missed = dice.oneOf([0, 0, 0.2]);
  const late = dice.chance(0.3);
  const spread = dice.between([0, 1]);
  let untrimmed = 0;
  return accumulate({
    base,
    changes: daily(days, (day) => {
      const deleted = deletedDaily * Math.max(0, 1 + spread * dice.normal());
      untrimmed += deleted;
      const trims = late ? dice.chance(1 / everyDays) : day % everyDays === everyDays - 1 && !dice.chance(missed);
      const given = trims ? untrimmed : 0;
      untrimmed -= given;
      return growth + deleted - given;
    }),
  });
};

/** A steady growth, and guests that come all at once, with a twentieth of the pool or more; every fourth leaves so. */
export const newGuests: Shape = (plan) =>
  withShifts({
    plan,
    shift: ({ dice, base }) => base * (dice.chance(0.25) ? -dice.between([0.05, 0.3]) : dice.between([0.05, 0.4])),
  });

/** A steady growth, and now and then somebody who cleans up, or the first trim in a long time. */
export const cleaned: Shape = (plan) =>
  withShifts({ plan, shift: ({ dice }, level) => -level * dice.between([0.05, 0.4]) });

interface Shifts {
  readonly plan: Plan;
  readonly shift: (plan: Plan, level: number) => number;
}

/** Moves the level for good. In every other one that goes on, in the others it was in the past. */
function withShifts({ plan, shift }: Shifts): number[] {
  const { dice, days, base } = plan;
  const steady = (dice.chance(0.5) ? linear : weekly)(plan);
  const until = dice.chance(0.5) ? days : plan.knownDays;
  const shiftDays = randomDays({ dice, days: until, everyDays: dice.scaleBetween([30, 300]) });
  let moved = 0;
  return steady.map((level, day) => {
    if (shiftDays.has(day)) moved += shift(plan, level + moved);
    return Math.max(base / 20, level + moved);
  });
}

/** Nothing that lasts: a level with its noise, its week, or trims that give all back. */
export const flat: Shape = (plan) => {
  const { dice, days, base } = plan;
  const height = base * dice.scaleBetween([0.000_1, 0.03]);
  const rhythm = dice.oneOf(['none', 'noise', 'week', 'trims'] as const);
  const everyDays = dice.oneOf([7, 14, 30]);
  return daily(days, (day) => {
    if (rhythm === 'none') return base;
    const rough = 0.2 * height * dice.normal();
    if (rhythm === 'noise') return base + 2 * rough;
    if (rhythm === 'week') return base + rough + (day % 7 < 5 ? height : 0);
    return base + rough + (height * (day % everyDays)) / everyDays;
  });
};

/** A part of it goes every day, or once in a while. */
export const shrinking: Shape = (plan) => {
  const { dice, days, base } = plan;
  const rate = dice.scaleBetween([0.0001, 0.003]);
  const atOnce = dice.chance(0.4);
  const everyDays = dice.scaleBetween([7, 60]);
  const dropDays = randomDays({ dice, days, everyDays });
  const height = base * dice.scaleBetween([0.0002, 0.005]);
  let kept = 1;
  return daily(days, (day) => {
    if (!atOnce) kept *= 1 - rate;
    else if (dropDays.has(day)) kept *= Math.exp(-rate * everyDays * dice.exponential());
    return base * kept + height * dice.normal();
  });
};

/** All that lies in one pool: guests of all kinds, that begin at different times. */
export const mixture: Shape = (plan) => {
  const { dice, days, base, growth } = plan;
  const guests = dice.wholeBetween([3, 12]);
  const sum: number[] = daily(days, () => base * 0.1);
  for (let guest = 0; guest < guests; guest += 1) {
    const shape = dice.oneOf(PARTS);
    const begins = dice.chance(0.6) ? 0 : dice.wholeBetween([0, 1_500]);
    const part: Plan = {
      dice,
      days,
      knownDays: plan.knownDays,
      base: (base / guests) * dice.scaleBetween([0.2, 2]),
      growth: (growth / guests) * dice.scaleBetween([0.2, 3]),
    };
    for (const [day, level] of shape(part).entries()) {
      if (day + begins < days) sum[day + begins] = (sum[day + begins] ?? 0) + level;
    }
  }
  return sum;
};

const PARTS: readonly Shape[] = [linear, weekly, stepped, sawTooth, flat, shrinking];
