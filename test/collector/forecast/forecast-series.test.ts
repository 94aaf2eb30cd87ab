import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { forecastSeries } from '../../../collector/src/forecast/forecast-series.ts';
import { toDay, toDayNumber } from '../../../collector/src/model/day.ts';
import type { DayLevel, Forecast } from '../../../collector/src/model/forecast.ts';
import { daysOf, scatter, toSeries } from './series.ts';

const forecast = (levels: readonly (number | null)[], capacity: number) =>
  forecastSeries({ levels: toSeries(levels), capacity, at: null });

/** In days after the day as of which it was told. */
function inDays({ at, fullBetween, median }: Forecast): (number | null)[] {
  const days = [fullBetween?.[0], median, fullBetween?.[1]];
  return days.map((day) => (day === undefined || day === null ? null : toDayNumber(day) - toDayNumber(at)));
}

describe('a level', () => {
  it('that grows has a date', () => {
    const told = forecast(
      daysOf(200, (day) => 1000 + 10 * day),
      4000,
    );
    // 2990 now, and 10 a day.
    expect(told).toMatchObject({ at: '2026-07-23', kind: 'date', growthPerDay: 10, lastShift: null, needsDays: null });
    expect(inDays(told)).toEqual([98, 101, 104]);
    expect(told.within).toEqual({ 7: 0, 30: 0, 90: 0 });
  });

  it('that is there is full', () => {
    const told = forecast([1, 2, 3, 50], 50);
    const at = '2026-01-08';
    expect(told).toMatchObject({ at, kind: 'full', fullBetween: [at, at], median: at, within: { 7: 1, 30: 1, 90: 1 } });
  });

  it('of less than two weeks is not enough', () => {
    const told = forecast(
      daysOf(10, (day) => day),
      100,
    );
    expect(told).toMatchObject({
      kind: 'not-enough-data',
      needsDays: 5,
      within: null,
      median: null,
      fullBetween: null,
    });
    expect(
      forecast(
        daysOf(15, (day) => day),
        100,
      ).kind,
    ).toBe('date');
    // Two points make a line of anything.
    expect(forecast([1, ...daysOf(98, () => null), 100], 200)).toMatchObject({ kind: 'not-enough-data', needsDays: 3 });
  });

  it.each([
    ['never moved', daysOf(365, () => 800)],
    ['shrinks', daysOf(365, (day) => 800 - day)],
    ['is noise', daysOf(365, (day) => 750 + scatter({ index: day, below: 50 }))],
    ['has a week and nothing else', daysOf(365, (day) => (day % 7 < 5 ? 800 : 700))],
    ['is given back by a trim each month', daysOf(365, (day) => 700 + 3 * (day % 30))],
    ['shrank after one new guest', daysOf(365, (day) => 600 - day + (day > 100 ? 200 : 0))],
  ])('that %s does not grow, and is no alarm', (_, levels) => {
    const told = forecast(levels, 1000);
    expect(told.kind).toBe('not-growing');
    expect(told.within?.[30]).toBeLessThan(0.02);
  });

  it('that grows slowly has no date within two years', () => {
    const told = forecast(
      daysOf(365, (day) => 1000 + day),
      3000,
    );
    expect(told.kind).toBe('beyond-2-years');
    expect(inDays(told)[1]).toBe(1636);
    const never = forecast(
      daysOf(365, (day) => 1000 + day),
      1_000_000,
    );
    expect(never).toMatchObject({ kind: 'beyond-2-years', median: null, fullBetween: null });
  });

  it('that goes up and down by more than it grows is told as such', () => {
    // Half a year up, half a year down.
    const levels = daysOf(900, (day) => 500 + 3 * Math.abs((day % 360) - 180));
    expect(levels.at(-1)).toBe(503);
    expect(forecast(levels, 900).kind).toBe('fluctuating');
  });
});

describe('growth is told apart from', () => {
  const steady = daysOf(200, (day) => 1000 + 5 * day);
  const [, expected] = inDays(forecast(steady, 3000));

  it('a new guest, and a big delete', () => {
    const shifted = steady.map((level, day) => level - (day < 140 ? 800 : 0) + (day < 60 ? 500 : 0));
    const told = forecast(shifted, 3000);
    expect(told).toMatchObject({ kind: 'date', lastShift: toDay(toDayNumber('2026-01-05') + 140) });
    expect(told.growthPerDay).toBeCloseTo(5, 0);
    // Another of either may come.
    expect(Math.abs(Math.log2((inDays(told)[1] ?? 0) / (expected ?? 1)))).toBeLessThan(0.6);
  });

  it('what is known not to be growth, though it came bit by bit', () => {
    const moved = steady.map((level, day) => level - 40 * Math.max(0, 170 - Math.max(150, day)));
    const knownSteps = daysOf(20, (step) => ({ day: toDay(toDayNumber('2026-01-05') + 151 + step), change: 40 }));
    const told = forecastSeries({ levels: toSeries(moved), capacity: 3000, at: null, knownSteps });
    expect(told).toEqual(forecast(steady, 3000));
  });

  it('days that nobody sampled', () => {
    const gappy = steady.map((level, day) => (day % 3 === 2 || (day > 90 && day < 120) ? null : level));
    expect(forecast(gappy, 3000)).toEqual(forecast(steady, 3000));
  });
});

it('a forecast for a day after the last level counts from that day on', () => {
  const levels = toSeries(daysOf(200, (day) => 1000 + 10 * day));
  const told = (at: string | null) => forecastSeries({ levels, capacity: 4000, at });
  const [from, median, to] = inDays(told(null));
  expect(told('2026-08-22').at).toBe('2026-08-22');
  expect(inDays(told('2026-08-22'))).toEqual([(from ?? 0) - 30, (median ?? 0) - 30, (to ?? 0) - 30]);
  expect(told('2026-10-20').within?.[30]).toBeGreaterThan(0.99);
});

describe('for any history', () => {
  const step = fc.oneof(
    { weight: 4, arbitrary: fc.integer({ min: 0, max: 20 }) },
    { weight: 2, arbitrary: fc.constant(0) },
    { weight: 1, arbitrary: fc.integer({ min: -60, max: 300 }) },
  );
  const history = fc.array(step, { minLength: 15, maxLength: 120 }).map((steps) => {
    let level = 5000;
    return steps.map((change) => {
      level = Math.max(0, level + change);
      return level;
    });
  });
  const room = fc.integer({ min: 1, max: 4000 });
  const check = (property: fc.IProperty<[number[], number, number]>) => fc.assert(property, { numRuns: 25 });
  const capacityOver = (levels: readonly number[], more: number) => (levels.at(-1) ?? 0) + more;

  it('its unit changes no day', () => {
    check(
      fc.property(history, room, fc.integer({ min: 2, max: 1e9 }), (levels, more, unit) => {
        const capacity = capacityOver(levels, more);
        const { growthPerDay, ...days } = forecast(levels, capacity);
        const scaled = forecast(
          levels.map((level) => level * unit),
          capacity * unit,
        );
        expect(scaled).toMatchObject(days);
        expect(scaled.growthPerDay).toBeCloseTo((growthPerDay ?? 0) * unit, 0);
      }),
    );
  });

  it('it may be any time of history', () => {
    check(
      fc.property(history, room, fc.integer({ min: -9000, max: 9000 }), (levels, more, days) => {
        const capacity = capacityOver(levels, more);
        const move = ({ day, level }: DayLevel) => ({ day: toDay(toDayNumber(day) + days), level });
        const moved = forecastSeries({ levels: toSeries(levels).map(move), capacity, at: null });
        const told = forecast(levels, capacity);
        expect(inDays(moved)).toEqual(inDays(told));
        expect(moved.within).toEqual(told.within);
      }),
    );
  });

  it('more capacity is full no earlier', () => {
    check(
      fc.property(history, room, fc.integer({ min: 1, max: 2000 }), (levels, more, added) => {
        const [first, second] = [0, added].map((plus) => forecast(levels, capacityOver(levels, more + plus)));
        const never = 1e6;
        for (const [index, day] of (second === undefined ? [] : inDays(second)).entries()) {
          expect(day ?? never).toBeGreaterThanOrEqual((first && inDays(first)[index]) ?? never);
        }
        for (const days of [7, 30, 90] as const) {
          expect(second?.within?.[days]).toBeLessThanOrEqual((first?.within?.[days] ?? 0) + 1e-4);
        }
      }),
    );
  });

  it('its days and its probabilities agree', () => {
    check(
      fc.property(history, room, fc.integer({ min: 0, max: 9 }), (levels, more, above) => {
        const told = forecast(levels, capacityOver(levels, more + above));
        const [from, median, to] = inDays(told).map((day) => day ?? Number.POSITIVE_INFINITY);
        expect(from).toBeLessThanOrEqual(median ?? 0);
        expect(from).toBeGreaterThanOrEqual(1);
        // The last is the horizon, where the median may lie behind it.
        if (median !== Number.POSITIVE_INFINITY) expect(median).toBeLessThanOrEqual(to ?? 0);
        const { 7: week = 0, 30: month = 0, 90: quarter = 0 } = told.within ?? {};
        expect(week).toBeLessThanOrEqual(month);
        expect(month).toBeLessThanOrEqual(quarter);
        expect(quarter).toBeLessThanOrEqual(1);
        for (const [days, probability] of [
          [7, week],
          [30, month],
          [90, quarter],
        ] as const) {
          expect(probability >= 0.5).toBe((median ?? 0) <= days);
          expect(probability >= 0.1).toBe((from ?? 0) <= days);
        }
      }),
    );
  });

  it('what came later changes nothing', () => {
    check(
      fc.property(history, room, fc.integer({ min: 1, max: 60 }), (levels, more, later) => {
        const capacity = capacityOver(levels, more);
        const told = forecast(levels, capacity);
        const all = toSeries([...levels, ...daysOf(later, (day) => (day % 2 === 0 ? 0 : capacity * 2))]);
        expect(forecastSeries({ levels: all, capacity, at: told.at })).toEqual(told);
      }),
    );
  });
});
