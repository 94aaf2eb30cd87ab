import { expect, it } from 'vitest';
import { toPaceSpreads } from '../../../collector/src/forecast/pace.ts';
import { daysOf } from './series.ts';

const spreadsOf = (levels: readonly number[]) => toPaceSpreads(Float64Array.from(levels));

it('is narrow for what has always grown alike, and wide for what stood still half of the time', () => {
  const alike = spreadsOf(daysOf(365, (day) => 5 * day));
  expect(alike.map(({ spread }) => Number(spread.toFixed(2)))).toEqual([0.02, 0.02, 0.02, 0.02]);
  // Two weeks of growth, two of none.
  const byTurns = spreadsOf(daysOf(365, (day) => 14 * Math.floor(day / 28) + Math.min(14, day % 28)));
  expect(byTurns[0]?.spread).toBeGreaterThan(1.3);
  // Of a month it is alike again.
  expect(byTurns[2]?.spread).toBeLessThan(0.3);
});

it('tells of each length up to half of the history, and of all that is farther by the last', () => {
  const ends = (days: number) => spreadsOf(daysOf(days, (day) => day)).map(({ untilDays }) => Math.round(untilDays));
  expect(ends(15)).toEqual([Number.POSITIVE_INFINITY]);
  expect(ends(57)).toEqual([20, Number.POSITIVE_INFINITY]);
  expect(ends(250)).toEqual([20, 40, 79, Number.POSITIVE_INFINITY]);
});

it('takes a level that never moved for no evidence', () => {
  expect(spreadsOf(daysOf(40, () => 7))).toEqual([{ untilDays: Number.POSITIVE_INFINITY, spread: 1.6 * 0.1 }]);
});
