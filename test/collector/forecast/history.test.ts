import { expect, it } from 'vitest';
import { toHistory } from '../../../collector/src/forecast/history.ts';
import { toDay, toDayNumber } from '../../../collector/src/model/day.ts';

const read = (levels: Readonly<Record<string, number>>, more: Partial<Parameters<typeof toHistory>[0]> = {}) => {
  const told = Object.entries(levels).map(([day, level]) => ({ day, level }));
  const history = toHistory({ levels: told, at: null, knownSteps: [], ...more });
  return history === null
    ? null
    : { last: toDay(history.lastDay), known: history.knownDays, levels: [...history.levels] };
};

it('lays the days of a gap on the line between its neighbours', () => {
  const levels = { '2026-02-27': 10, '2026-03-01': 30, '2026-03-04': 0 };
  expect(read(levels)).toEqual({ last: '2026-03-04', known: 3, levels: [10, 20, 30, 20, 10, 0] });
});

it('takes the days in any order, and of two levels of one day the later one', () => {
  const levels = [
    { day: '2026-03-02', level: 5 },
    { day: '2026-03-01', level: 1 },
    { day: '2026-03-02', level: 6 },
  ];
  const history = toHistory({ levels, at: null, knownSteps: [] });
  expect(history).toMatchObject({ knownDays: 2, levels: Float64Array.of(1, 6) });
});

it('reads no day after the one that is asked for', () => {
  const levels = { '2026-03-01': 1, '2026-03-02': 2, '2026-03-09': 9 };
  expect(read(levels, { at: '2026-03-08' })).toEqual({ last: '2026-03-02', known: 2, levels: [1, 2] });
  expect(read(levels, { at: '2026-02-28' })).toBeNull();
});

it('tells what lay before a known step as if the step had come before', () => {
  const levels = { '2026-03-01': 10, '2026-03-02': 11, '2026-03-03': 112, '2026-03-05': 64, '2026-03-06': 65 };
  const knownSteps = [
    { day: '2026-03-03', change: 100 },
    { day: '2026-03-04', change: -50 },
    // Of a day that is not told yet.
    { day: '2026-03-07', change: 1000 },
  ];
  expect(read(levels, { knownSteps })?.levels).toEqual([60, 61, 62, 63, 64, 65]);
});

it('goes back for twenty years at the most', () => {
  const levels = { '0001-01-01': 1, '2006-12-04': 2, '2026-11-27': 3 };
  expect(read(levels)?.levels).toHaveLength(toDayNumber('2026-11-27') - toDayNumber('2006-12-04') + 1);
});
