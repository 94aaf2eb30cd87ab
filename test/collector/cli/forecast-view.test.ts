import { expect, it } from 'vitest';
import { createPaint } from '../../../collector/src/cli/paint.ts';
import { formatForecast } from '../../../collector/src/cli/views/forecast.ts';
import type { Forecast } from '../../../collector/src/model/forecast.ts';
import { TIME_ZONE } from './run-trimtab.ts';

const DATE: Forecast = {
  at: '2026-11-27',
  kind: 'date',
  fullBetween: ['2027-03-03', '2027-04-20'],
  median: '2027-03-25',
  within: { 7: 0, 30: 0.0004, 90: 0.7139 },
  needsDays: null,
  growthPerDay: 12_345.678,
  lastShift: '2026-05-01',
};

it.each<[string, Partial<Forecast>, string]>([
  [
    'a date',
    {},
    'Full between 3 March and 20 April 2027 (80 %), most likely around 25 March 2027. Full within 7 days: 0 %, 30 days: below 1 %, 90 days: 71 %. As of 27 November 2026. Growth a day, as estimated: 12,300. The last jump, which is no part of it: 1 May 2026.',
  ],
  [
    'two days of two years',
    { fullBetween: ['2026-12-03', '2027-01-20'], lastShift: null },
    'Full between 3 December 2026 and 20 January 2027 (80 %), most likely around 25 March 2027. Full within 7 days: 0 %, 30 days: below 1 %, 90 days: 71 %. As of 27 November 2026. Growth a day, as estimated: 12,300.',
  ],
  [
    'a day that may be later, or never',
    { fullBetween: ['2027-03-03', '2046-11-22'], within: { 7: 0, 30: 0, 90: 0.9996 }, growthPerDay: null },
    'Full on 3 March 2027 or later (90 %), most likely around 25 March 2027. Full within 7 days: 0 %, 30 days: 0 %, 90 days: over 99 %.',
  ],
  [
    'more than two years, with days',
    { kind: 'beyond-2-years', growthPerDay: null },
    'It grows, and is most likely full in more than two years. Full between 3 March and 20 April 2027 (80 %), most likely around 25 March 2027. Full within 7 days: 0 %, 30 days: below 1 %, 90 days: 71 %.',
  ],
  [
    'more than twenty years',
    { kind: 'beyond-2-years', fullBetween: null, median: null, growthPerDay: 0.00012345, lastShift: null },
    'It grows, and is most likely full in more than two years. Full within 7 days: 0 %, 30 days: below 1 %, 90 days: 71 %. As of 27 November 2026. Growth a day, as estimated: 0.000123.',
  ],
  [
    'jumps between which nothing grows',
    { kind: 'beyond-2-years', fullBetween: null, median: null, growthPerDay: -4, lastShift: null },
    'Between its jumps it does not grow; with them it is most likely full in more than two years. Full within 7 days: 0 %, 30 days: below 1 %, 90 days: 71 %. As of 27 November 2026. Growth a day, as estimated: -4.',
  ],
  [
    'ups and downs',
    { kind: 'fluctuating', growthPerDay: -5, lastShift: null },
    'It goes up and down by more than it grows. Full within 7 days: 0 %, 30 days: below 1 %, 90 days: 71 %. As of 27 November 2026. Growth a day, as estimated: -5.',
  ],
  [
    'no growth',
    { kind: 'not-growing', within: { 7: 0, 30: 0, 90: 0 }, growthPerDay: 0, lastShift: null },
    'It does not grow. Full within 7 days: 0 %, 30 days: 0 %, 90 days: 0 %. As of 27 November 2026. Growth a day, as estimated: 0.',
  ],
  [
    'one day too few',
    { kind: 'not-enough-data', needsDays: 1, within: null, growthPerDay: null },
    'Not enough data yet: it needs 1 more day.',
  ],
  ['what is full', { kind: 'full', growthPerDay: null }, 'It is full on 27 November 2026.'],
])('tells %s', (_, changed, said) => {
  const shown = formatForecast(Object.assign({}, DATE, changed), {
    width: 80,
    paint: createPaint(false),
    timeZone: TIME_ZONE,
  });
  expect(shown.trimEnd().replaceAll('\n', ' ')).toBe(said);
  expect(shown.split('\n').filter((line) => line.length > 80)).toEqual([]);
});
