import { describe, expect, it } from 'vitest';
import { separateShifts } from '../../../collector/src/forecast/shifts.ts';
import { daysOf, scatter } from './series.ts';

const separate = (levels: readonly number[]) => separateShifts(Float64Array.from(levels));

it('takes out a jump, and leaves the present as it is', () => {
  const levels = daysOf(60, (day) => 100 + day + (day >= 30 ? 500 : 0));
  const { steady, shifts } = separate(levels);
  expect(shifts).toEqual([{ index: 30, change: 501 }]);
  expect(steady.at(-1)).toBe(659);
  // A day without growth stands where the jump was.
  expect(steady[0]).toBe(601);
});

it('takes out a big delete after a jump', () => {
  const levels = daysOf(200, (day) => 1000 + day + (day >= 50 ? 900 : 0) - (day >= 120 ? 700 : 0));
  const { steady, shifts } = separate(levels);
  expect(shifts.map(({ index }) => index)).toEqual([50, 120]);
  const changes = new Set(daysOf(199, (day) => (steady[day + 1] ?? 0) - (steady[day] ?? 0)));
  expect(changes).toEqual(new Set([1, 0]));
});

it('finds the same jump, however large all else of the history is', () => {
  const levels = daysOf(300, (day) => (day < 100 ? 0 : 2 ** 60) + day * 2 ** 20 + (day >= 250 ? 2 ** 40 : 0));
  expect(separate(levels).shifts.map(({ index }) => index)).toEqual([100, 250]);
});

describe('is none', () => {
  it.each([
    ['weekly rhythm', daysOf(100, (day) => (day % 7 < 5 ? 50 : 0))],
    ['noise', daysOf(100, (day) => scatter({ index: day, below: 1000 }))],
    ['a trim a week', daysOf(100, (day) => 10 * (day % 7) + day)],
    ['what comes and goes', daysOf(100, (day) => day + (day === 50 ? 1000 : 0))],
    ['what goes and comes', daysOf(100, (day) => 2000 - (day >= 50 && day < 53 ? 1000 : 0))],
    ['what comes in three days and goes at once', daysOf(100, (day) => (day < 50 || day > 52 ? 0 : 300 * (day - 49)))],
    ['steady growth', daysOf(100, (day) => 3 * day)],
    ['nothing at all', daysOf(100, () => 7)],
    ['growth by imports of one size', daysOf(100, (day) => 40 * Math.floor(day / 20))],
  ])('%s', (_, levels) => {
    const { steady, shifts } = separate(levels);
    expect(shifts).toEqual([]);
    expect([...steady]).toEqual(levels);
  });
});
