import { describe, expect, it } from 'vitest';
import { toDay } from '../../../collector/src/model/day.ts';
import { bootstrap } from './baselines/bootstrap.ts';
import { chamness } from './baselines/chamness.ts';
import { predictLinear } from './baselines/predict-linear.ts';
import type { NumberedLevel } from './forecaster.ts';

const straight = told(Array.from({ length: 100 }, (_, day) => 10 * day));

describe('predict_linear', () => {
  it('says the day of a straight line, and "within 30 days" with the 30th in it', () => {
    expect(predictLinear(30)({ levels: straight, capacity: 1_290 })).toMatchObject({ median: 30, within30: 1 });
    expect(predictLinear(30)({ levels: straight, capacity: 1_291 })).toMatchObject({ median: 31, within30: 0 });
  });

  it('sees only its window', () => {
    const stopped = told([
      ...Array.from({ length: 60 }, (_, day) => 10 * day),
      ...Array.from({ length: 40 }, () => 600),
    ]);
    expect(predictLinear(30)({ levels: stopped, capacity: 700 })).toMatchObject({ median: null, within30: 0 });
    expect(predictLinear(90)({ levels: stopped, capacity: 700 }).median).toBeGreaterThan(0);
  });

  it('says nothing of one level', () => {
    expect(predictLinear(7)({ levels: told([5]), capacity: 9 })).toMatchObject({ median: null, within30: null });
  });
});

describe("Chamness's window", () => {
  it('ends where the line before it was another', () => {
    const turned = told([
      ...Array.from({ length: 60 }, () => 0),
      ...Array.from({ length: 40 }, (_, day) => 10 * day + (day % 2)),
    ]);
    expect(chamness({ levels: turned, capacity: 490 })).toMatchObject({ median: 10, within30: 1 });
    // One line through all of it would be there only after twice as long.
    expect(predictLinear(100)({ levels: turned, capacity: 490 }).median).toBeGreaterThan(20);
  });

  it('says no day of what falls, or stays, or is too short', () => {
    const falling = told(Array.from({ length: 50 }, (_, day) => 1_000 - day));
    const still = told(Array.from({ length: 50 }, () => 1_000));
    for (const levels of [falling, still, straight.slice(0, 14)]) {
      expect(chamness({ levels, capacity: 2_000 })).toMatchObject({ median: null, within30: 0 });
    }
  });
});

describe('the bootstrap', () => {
  it('says the day of a straight line, for sure', () => {
    const sure = { between: [30, 30], median: 30, within30: 1 };
    expect(bootstrap(365)({ levels: straight, capacity: 1_290 })).toEqual(sure);
    expect(bootstrap(365)({ levels: straight.filter((_, day) => day % 3 === 0), capacity: 1_290 })).toEqual(sure);
  });

  it('says neither day nor interval of what does not grow', () => {
    const still = told(Array.from({ length: 50 }, () => 1_000));
    expect(bootstrap(365)({ levels: still, capacity: 2_000 })).toEqual({ between: null, median: null, within30: 0 });
  });

  it('spreads by what the days spread', () => {
    // Every other day 20 more: 60 days for 600, give or take.
    const stairs = told(Array.from({ length: 101 }, (_, day) => 20 * Math.floor(day / 2)));
    const { between, median } = bootstrap(365)({ levels: stairs, capacity: 1_600 });
    expect(median).toBeGreaterThan(55);
    expect(median).toBeLessThan(65);
    expect(between?.[0]).toBeGreaterThan(40);
    expect(between?.[0]).toBeLessThan(56);
    expect(between?.[1]).toBeGreaterThan(64);
    expect(between?.[1]).toBeLessThan(80);
  });
});

function told(levels: readonly number[]): readonly NumberedLevel[] {
  return levels.map((level, dayNumber) => ({ day: toDay(dayNumber), dayNumber, level }));
}
