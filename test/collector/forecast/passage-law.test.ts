import { expect, it } from 'vitest';
import { toPassageLaw } from '../../../collector/src/forecast/passage-law.ts';

const EVER = Number.POSITIVE_INFINITY;

it('is the days that were drawn, where the pace is sure', () => {
  const passages = { days: [10, 20, 30], futures: 4 };
  const { within, dayOf } = toPassageLaw({ passages, paceSpreads: [{ untilDays: EVER, spread: 0.001 }] });
  expect([0, 9, 10, 29, 30, 7300].map(within)).toEqual([0, 0, 0.25, 0.5, 0.75, 0.75]);
  expect([0.1, 0.5, 0.75, 0.9].map(dayOf)).toEqual([10, 20, 30, null]);
});

it('has the day at the pace of the past in its middle, and a fifth outside of an interval of 80 %', () => {
  const passages = { days: [100], futures: 1 };
  const { within, dayOf } = toPassageLaw({ passages, paceSpreads: [{ untilDays: EVER, spread: Math.log(2) }] });
  expect(dayOf(0.5)).toBe(100);
  // One deviation to either side is half and double the time.
  expect(within(99.5 / 2)).toBeCloseTo(0.1587, 4);
  expect(within(99.5 * 2)).toBeCloseTo(0.8413, 4);
  // 1.2816 deviations.
  expect([dayOf(0.1), dayOf(0.9)]).toEqual([41, 242]);
});

it('has nothing that takes longer come earlier, though its pace be spread wider', () => {
  const paceSpreads = [
    { untilDays: 20, spread: 0.02 },
    { untilDays: EVER, spread: 1 },
  ];
  const lawOf = (day: number) => toPassageLaw({ passages: { days: [day], futures: 1 }, paceSpreads });
  expect(lawOf(21).within(10)).toBeLessThanOrEqual(lawOf(20).within(10));
  expect(lawOf(21).within(40)).toBeLessThanOrEqual(lawOf(20).within(40));
});
