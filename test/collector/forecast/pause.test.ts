import { expect, it } from 'vitest';
import { forecastSeries } from '../../../collector/src/forecast/forecast-series.ts';
import { drawPause, toPause } from '../../../collector/src/forecast/pause.ts';
import { daysOf, toSeries } from './series.ts';

it('a pause is the less likely the longer it has grown, and the more alike', () => {
  expect(toPause({ knownDays: 28, unlike: 1 }).probability).toBe(1 / 2);
  expect(toPause({ knownDays: 12 * 28, unlike: 1 }).probability).toBe(1 / 13);
  expect(toPause({ knownDays: 28, unlike: 0 }).probability).toBe(0);
});

it('a pause lasts as long as it has grown, in half of all cases', () => {
  const certain = { probability: 1, medianDays: 60 };
  const withLuck = (...luck: number[]) => drawPause(certain, () => luck.shift() ?? 0);
  expect(withLuck(0, 0.5)).toBe(60);
  expect(withLuck(0, 0.75)).toBe(180);
  expect(drawPause({ probability: 0.2, medianDays: 60 }, () => 0.2)).toBe(0);
});

it('nothing is nearly certain of what has come in bursts for a month', () => {
  // In turn 70 and 10 a day for two weeks each; and 200 to go.
  const within30 = (known: number) => {
    let level = 1_000;
    const levels = daysOf(known, (day) => {
      level += day % 28 < 14 ? 70 : 10;
      return level;
    });
    return forecastSeries({ levels: toSeries(levels), capacity: level + 200, at: null }).within?.[30] ?? 0;
  };
  const [ofAMonth, ofTwoYears] = [within30(29), within30(24 * 28 + 1)];
  expect(ofAMonth).toBeLessThan(0.9);
  expect(ofTwoYears).toBeGreaterThan(0.9);
});
