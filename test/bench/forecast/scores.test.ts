import { describe, expect, it } from 'vitest';
import type { Case } from './cases.ts';
import { type Answer, NO_ANSWER } from './forecaster.ts';
import {
  brierScore,
  coverage,
  falseAlarms,
  intervalScore,
  type Judged,
  medianError,
  quietCases,
  unanswered,
} from './scores.ts';

describe('a day that was predicted', () => {
  it('is as many doublings off as it is too late or too early, and no answer three', () => {
    const late = judged({ trueDays: 10, median: 40 });
    const early = judged({ trueDays: 10, median: 5 });
    const none = judged({ trueDays: 10, median: null });
    expect(medianError([late])).toBe(2);
    expect(medianError([early])).toBe(1);
    expect(medianError([none])).toBe(3);
    expect(medianError([late, early, none])).toBe(2);
    expect(medianError([late, early])).toBe(1.5);
    expect(unanswered([late, early, none, none])).toBe(0.5);
  });

  it('is not judged where the capacity was not reached', () => {
    expect(medianError([judged({ trueDays: 8, median: 8 }), judged({ trueDays: null, median: 8 })])).toBe(0);
    expect(medianError([judged({ trueDays: null, median: 8 })])).toBeNaN();
  });
});

describe('an interval', () => {
  it('holds the days at both its ends; none is a miss', () => {
    const held = [4, 9, 16].map((trueDays) => judged({ trueDays, between: [4, 16] }));
    expect(coverage(held)).toBe(1);
    expect(coverage([...held, judged({ trueDays: 3, between: [4, 16] })])).toBe(0.75);
    expect(coverage([...held, judged({ trueDays: 17, between: [4, 16] })])).toBe(0.75);
    expect(coverage([...held, judged({ trueDays: 9, between: null })])).toBe(0.75);
    expect(coverage([...held, judged({ trueDays: null, between: null })])).toBe(1);
  });

  it('costs its width in doublings, and ten for each doubling that the truth lies outside', () => {
    expect(intervalScore([judged({ trueDays: 8, between: [4, 16] })])).toBe(2);
    expect(intervalScore([judged({ trueDays: 32, between: [4, 16] })])).toBe(2 + 10);
    expect(intervalScore([judged({ trueDays: 1, between: [4, 16] })])).toBe(2 + 20);
    expect(intervalScore([judged({ trueDays: 8, between: null })])).toBe(30);
    const two = [judged({ trueDays: 8, between: [4, 16] }), judged({ trueDays: 8, between: [8, 8] })];
    expect(intervalScore(two)).toBe(1);
  });
});

describe('a probability of "full within 30 days"', () => {
  it('costs the square of how far it is from what came, with the 30th day in it', () => {
    expect(brierScore([judged({ trueDays: 30, within30: 0.75 })])).toBe(0.0625);
    expect(brierScore([judged({ trueDays: 31, within30: 0.75 })])).toBe(0.5625);
    expect(brierScore([judged({ trueDays: null, within30: 1 })])).toBe(1);
    expect(brierScore([judged({ trueDays: 30, within30: null })])).toBe(0.25);
    expect(brierScore([judged({ trueDays: 30, within30: 1 }), judged({ trueDays: null, within30: 1 })])).toBe(0.5);
  });

  it('is not judged where nobody knows what came', () => {
    const known = judged({ trueDays: null, within30: 0 });
    expect(brierScore([known, judged({ trueDays: null, within30: 1, followedDays: 29 })])).toBe(0);
    expect(brierScore([known, judged({ trueDays: 12, within30: 0, followedDays: 29 })])).toBe(0.5);
  });
});

it('takes for a false alarm what is said above the threshold, is quiet and does not come', () => {
  const alarm = judged({ trueDays: null, within30: 0.51, quiet: true });
  const others = [
    judged({ trueDays: null, within30: 0.5, quiet: true }),
    judged({ trueDays: 20, within30: 0.9, quiet: true }),
    judged({ trueDays: null, within30: 0.9, quiet: false }),
    judged({ trueDays: null, within30: 0.9, quiet: true, followedDays: 29 }),
    judged({ trueDays: null, within30: null, quiet: true }),
  ];
  expect(falseAlarms({ judged: [alarm, ...others], threshold: 0.5 })).toBe(1);
  expect(falseAlarms({ judged: [alarm, ...others], threshold: 0.2 })).toBe(2);
  expect(falseAlarms({ judged: others, threshold: 0.5 })).toBe(0);
  expect(quietCases([alarm, ...others])).toHaveLength(3);
});

function judged(told: Partial<Answer> & Partial<Pick<Case, 'trueDays' | 'followedDays' | 'quiet'>>): Judged {
  const { trueDays = null, followedDays = 100, quiet = false, ...answer } = told;
  const asked = { series: 'by hand', kind: 'by hand', asked: { levels: [], capacity: 1 } };
  return { asked: { ...asked, trueDays, followedDays, quiet }, answer: { ...NO_ANSWER, ...answer } };
}
