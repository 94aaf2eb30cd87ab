import { expect, it } from 'vitest';
import { growthPerDay } from '../../../collector/src/forecast/growth.ts';
import { isRising } from '../../../collector/src/forecast/trend.ts';
import { daysOf, scatter } from './series.ts';

it.each([
  ['growth', true, daysOf(15, (day) => day)],
  ['growth below noise', true, daysOf(365, (day) => day + scatter({ index: day, below: 100 }))],
  ['growth by imports', true, daysOf(365, (day) => 40 * Math.floor(day / 60))],
  ['nothing', false, daysOf(365, () => 7)],
  ['noise', false, daysOf(365, (day) => scatter({ index: day, below: 100 }))],
  ['weekly rhythm', false, daysOf(365, (day) => (day % 7 < 5 ? 50 : 0))],
  ['shrinking', false, daysOf(365, (day) => 1000 - day)],
  ['growth that ended two years ago', false, daysOf(1200, (day) => Math.min(day, 300))],
])('%s is told as rising: %s', (_, rises, levels) => {
  expect(isRising(Float64Array.from(levels))).toBe(rises);
});

it('the growth a day is the middle one of those over a month, two, four, and so on', () => {
  const growth = (levels: readonly number[]) => growthPerDay(Float64Array.from(levels));
  expect(growth(daysOf(15, (day) => 3 * day))).toBe(3);
  expect(growth(daysOf(365, (day) => 3 * day))).toBe(3);
  // One wild month, and a quiet year before it.
  expect(growth(daysOf(365, (day) => day + (day > 336 ? 10 * (day - 336) : 0)))).toBeCloseTo(1 + 280 / 112, 5);
});
