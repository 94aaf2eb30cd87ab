import { toDayNumber } from '../../../collector/src/model/day.ts';
import { Dice } from './dice.ts';
import type { KnownSeries } from './known-series.ts';
import { SHAPES } from './shapes/all.ts';

/** One to build the method on, one that is run once, at the end. */
export type Half = 'build' | 'held-out';

const SERIES = 832;
const LEAST_DAYS = 30;
const MOST_DAYS = 1_095;
/** How long the truth goes on after the last start. */
const FOLLOWED_DAYS = 1_095;
const FIRST_DAY = toDayNumber('2020-01-01');

/** Those of one half: the even seeds are for building, the odd ones are held out. All shapes are in both alike. */
export function generateSeries(half: Half): readonly KnownSeries[] {
  const seeds = Array.from({ length: SERIES }, (_, seed) => seed);
  return seeds.filter((seed) => (seed % 2 === 0) === (half === 'build')).map(generateOne);
}

function generateOne(seed: number): KnownSeries {
  const names = Object.keys(SHAPES);
  const kind = names[Math.floor(seed / 2) % names.length] ?? 'linear';
  const shape = SHAPES[kind];
  if (shape === undefined) throw new Error(`there is no shape ${kind}`);
  const dice = new Dice(seed);
  const knownDays = Math.round(dice.scaleBetween([LEAST_DAYS, MOST_DAYS]));
  const base = dice.scaleBetween([2e11, 2e13]);
  // A quarter of it in two months, or in five years.
  const growth = (0.25 * base) / dice.scaleBetween([60, 1_800]);
  const drawn = shape({ dice, days: knownDays + FOLLOWED_DAYS, knownDays, base, growth });
  const levels = drawn.map((level) => Math.max(0, Math.round(level)));
  const hidden = kind === 'gappy' ? drawGaps({ dice, knownDays }) : new Set<number>();
  const wanted = [1 / 3, 2 / 3, 1].map((part) => Math.round(LEAST_DAYS + (knownDays - LEAST_DAYS) * part) - 1);
  return {
    name: `${kind} ${seed}`,
    kind,
    firstDay: FIRST_DAY + dice.wholeBetween([0, 6]),
    levels,
    hidden,
    starts: [...new Set(wanted)].filter((start) => !hidden.has(start)),
  };
}

/** Single days, and weeks; the first day and those on which is asked are sampled. */
function drawGaps({ dice, knownDays }: { dice: Dice; knownDays: number }): Set<number> {
  const hidden = new Set<number>();
  const missing = dice.between([0, 0.4]);
  for (let day = 1; day < knownDays - 1; day += 1) if (dice.chance(missing)) hidden.add(day);
  for (let gaps = dice.wholeBetween([0, 4]); gaps > 0; gaps -= 1) {
    const first = dice.wholeBetween([1, knownDays - 2]);
    const last = Math.min(knownDays - 2, first + dice.scaleBetween([3, knownDays / 6 + 4]));
    for (let day = first; day <= last; day += 1) hidden.add(day);
  }
  return hidden;
}
