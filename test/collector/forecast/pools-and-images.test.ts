import { describe, expect, it } from 'vitest';
import { carryLevels } from '../../../collector/src/forecast/carry-levels.ts';
import { findGrowers, GROWERS_TOLD } from '../../../collector/src/forecast/find-growers.ts';
import { dayIfAllFilled } from '../../../collector/src/forecast/if-all-filled.ts';
import { levelsOfUse } from '../../../collector/src/forecast/levels-of-use.ts';
import { sortByUrgency } from '../../../collector/src/forecast/sort-by-urgency.ts';
import { toTrimSteps } from '../../../collector/src/forecast/trim-steps.ts';
import { withoutImages } from '../../../collector/src/forecast/without-images.ts';
import { addDays } from '../../../collector/src/model/day-steps.ts';
import type { DayLevel, Forecast } from '../../../collector/src/model/forecast.ts';
import type { PoolForesight } from '../../../collector/src/model/foresight.ts';

/** A level a day from a day on; null is a day without one. */
function levels(from: string, ...given: readonly (number | null)[]): readonly DayLevel[] {
  return given.flatMap((level, index) => (level === null ? [] : [{ day: addDays(from, index), level }]));
}

it('a day without a level has that of the last before it, and none before the first', () => {
  const days = ['2026-02-26', '2026-02-27', '2026-02-28', '2026-03-01', '2026-03-02'];
  expect(carryLevels(levels('2026-02-27', 5, null, 7), days)).toEqual([null, 5, 5, 7, 7]);
});

describe('what trims gave back', () => {
  const pool = levels('2026-03-01', 100, 60, null, 70, 75);

  it('is a step of the day on which the level shows it', () => {
    const givenBack = levels('2026-03-01', 10, 50, 80, 80, 80);
    expect(toTrimSteps({ levels: pool, givenBack, before: 0 })).toEqual([
      { day: '2026-03-02', change: -40 },
      // On a day without a level.
      { day: '2026-03-04', change: -30 },
    ]);
  });

  it('counts from what had been given back before that is known', () => {
    expect(toTrimSteps({ levels: pool, givenBack: levels('2026-03-02', 550), before: 500 })).toEqual([
      { day: '2026-03-02', change: -50 },
    ]);
  });
});

describe('the levels of use', () => {
  it('leave out what an image holds above its filesystems', () => {
    const held = { image: levels('2026-03-01', 30, 40, 40), filesystems: [levels('2026-03-01', 10, 10, 45)] };
    expect(levelsOfUse(levels('2026-03-01', 100, 110, 110), [held])).toEqual(levels('2026-03-01', 80, 80, 110));
  });

  it('do not fall on the day on which a guest is first asked', () => {
    const image = levels('2026-03-01', 5, 30, 40, 41);
    const held = { image, filesystems: [levels('2026-03-03', 20, 21), levels('2026-03-03', 4, 4)] };
    // 16 in excess on the third day; on the first the image held only 5.
    expect(levelsOfUse(levels('2026-03-01', 100, 130, 140, 141), [held])).toEqual(
      levels('2026-03-01', 95, 114, 124, 125),
    );
  });
});

describe('who fills a pool', () => {
  it('is told by the last level less the first, of all that grew', () => {
    const found = findGrowers({
      pool: levels('2026-03-01', 100, null, null, null, 140),
      images: [
        { image: '/old', guest: 'a', levels: levels('2026-03-01', 50, null, null, null, 40) },
        { image: '/new', guest: 'b', levels: levels('2026-03-03', 10, null, 30) },
        { image: '/grows', guest: null, levels: levels('2026-02-01', 5) },
      ],
    });
    expect(found).toEqual({
      days: 4,
      growthPerDay: 10,
      rows: [
        { kind: 'image', image: '/new', guest: 'b', isNew: true, growthPerDay: 7.5, share: 0.6 },
        { kind: 'other-files', image: null, guest: null, isNew: false, growthPerDay: 5, share: 0.4 },
        { kind: 'image', image: '/grows', guest: null, isNew: false, growthPerDay: 0, share: null },
        { kind: 'image', image: '/old', guest: 'a', isNew: false, growthPerDay: -2.5, share: null },
      ],
    });
  });

  it('is looked for no farther back than thirty days', () => {
    const pool = levels('2026-03-01', ...Array.from({ length: 60 }, (_, index) => (index < 30 ? 0 : (index - 29) * 3)));
    expect(findGrowers({ pool, images: [] })).toMatchObject({ days: 30, growthPerDay: 3 });
  });

  it('sums up those that are too many to be told', () => {
    const images = Array.from({ length: GROWERS_TOLD + 5 }, (_, index) => ({
      image: `/${index}`,
      guest: null,
      levels: levels('2026-03-01', 0, index),
    }));
    const rows = findGrowers({ pool: levels('2026-03-01', 0, 105), images })?.rows ?? [];
    expect(rows.map(({ kind, growthPerDay }) => [kind, growthPerDay])).toEqual(
      [
        ...Array.from({ length: 5 }, (_, index) => ['image', 14 - index]),
        ['other-images', 10],
        ...[9, 8, 7, 6, 5].map((growth) => ['image', growth]),
        ['other-files', 0],
      ].sort((one, other) => Number(other[1]) - Number(one[1])),
    );
    expect(rows.reduce((sum, { share }) => sum + (share ?? 0), 0)).toBeCloseTo(1);
  });

  it('nobody can tell of one day', () => {
    expect(findGrowers({ pool: levels('2026-03-01', 5), images: [] })).toBeNull();
    expect(findGrowers({ pool: [], images: [] })).toBeNull();
  });
});

describe('if every guest goes on as it does', () => {
  const at = '2026-12-30';

  it.each([
    ['one image alone fills it', 10, [{ growthPerDay: 4, roomBytes: 100 }], '2027-01-02'],
    [
      'an image that is full first leaves the rest to the others',
      10,
      // 3 a day for two days, then 1 a day.
      [
        { growthPerDay: 2, roomBytes: 4 },
        { growthPerDay: 1, roomBytes: 99 },
      ],
      '2027-01-05',
    ],
    [
      'all of them fit',
      10,
      [
        { growthPerDay: 2, roomBytes: 4 },
        { growthPerDay: 1, roomBytes: 5 },
      ],
      null,
    ],
    ['nothing grows', 10, [{ growthPerDay: 0, roomBytes: 99 }], null],
    ['it is full', 0, [{ growthPerDay: 1, roomBytes: 99 }], at],
    ['nobody lives to see it', 1e15, [{ growthPerDay: 1, roomBytes: 1e16 }], null],
  ])('%s', (_, freeBytes, fillings, day) => {
    expect(dayIfAllFilled({ at, freeBytes, fillings })).toBe(day);
  });
});

it('without a guest a pool has neither what its images hold nor how they grew', () => {
  const image = levels('2026-03-02', 10, null, 30);
  expect(withoutImages(levels('2026-03-01', 100, 110, 111, 131), [image])).toEqual(
    levels('2026-03-01', 100, 100, 101, 101),
  );
});

it('the most urgent comes first', () => {
  const aForecast = (given: Partial<Forecast>): Forecast => ({
    at: '2026-03-01',
    kind: 'not-growing',
    fullBetween: null,
    median: null,
    within: { '7': 0, '30': 0, '90': 0 },
    needsDays: null,
    growthPerDay: 0,
    lastShift: null,
    ...given,
  });
  const pools = [
    ['early', { kind: 'not-enough-data', within: null }],
    ['still', {}],
    ['up-and-down', { kind: 'fluctuating', within: { '7': 0, '30': 0, '90': 0.1 } }],
    ['later', { kind: 'date', median: '2026-09-01' }],
    ['soon', { kind: 'date', median: '2026-03-09' }],
    ['full', { kind: 'full' }],
  ].map(([pool, given]) => ({ pool, kind: 'pool', asItGoes: aForecast(given as Partial<Forecast>) }) as PoolForesight);
  expect(sortByUrgency(pools).map(({ pool }) => pool)).toEqual([
    'full',
    'soon',
    'later',
    'up-and-down',
    'still',
    'early',
  ]);
});
