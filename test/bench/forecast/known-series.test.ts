import { describe, expect, it } from 'vitest';
import { toCases } from './cases.ts';
import { generateSeries } from './generated-series.ts';
import { readGrowthCurves } from './growth-curves.ts';
import { type KnownSeries, toldOn } from './known-series.ts';
import { SHAPES } from './shapes/all.ts';

const built = generateSeries('build');
const heldOut = generateSeries('held-out');

describe('the generated series', () => {
  it('are more than 300, of every shape in both halves, and no seed is in both', () => {
    expect(built.length + heldOut.length).toBeGreaterThanOrEqual(300);
    for (const half of [built, heldOut]) {
      expect(new Set(half.map(({ kind }) => kind))).toEqual(new Set(Object.keys(SHAPES)));
    }
    const names = [...built, ...heldOut].map(({ name }) => name);
    expect(new Set(names).size).toBe(names.length);
  });

  it('are the same each time', () => {
    expect(generateSeries('build').slice(0, 30)).toEqual(built.slice(0, 30));
  });

  it('are known for 30 days to three years, and followed for three years more', () => {
    for (const { levels, starts } of built) {
      expect(Math.min(...starts)).toBeGreaterThanOrEqual(29);
      expect(Math.max(...starts)).toBeLessThan(1_095);
      expect(levels.length - 1 - Math.max(...starts)).toBeGreaterThanOrEqual(1_095);
      expect(levels.every((level) => Number.isSafeInteger(level) && level >= 0)).toBe(true);
    }
  });

  it.each(['flat', 'shrinking'])('that are %s end no higher than they began, but for their noise', (kind) => {
    for (const { levels } of built.filter((series) => series.kind === kind)) {
      const [first = 0, last = 0] = [levels[0], levels.at(-1)];
      expect(last).toBeLessThan(first * 1.05);
    }
  });

  it('have gaps only where they are said to have', () => {
    for (const { kind, hidden, starts } of built) {
      if (kind !== 'gappy') expect(hidden.size).toBe(0);
      for (const start of starts) expect(hidden).not.toContain(start);
    }
    expect(built.filter(({ hidden }) => hidden.size > 20).length).toBeGreaterThan(5);
  });
});

describe('the real curves', () => {
  it('are read as they were counted', () => {
    const curves = readGrowthCurves('growth');
    const ends = curves.map(({ name, levels }) => [name, levels.length, levels[0], levels.at(-1)]);
    expect(ends).toEqual([
      ['growth-01', 2_144, 38, 113_175],
      ['growth-03', 2_949, 2_444, 15_500],
      ['growth-05', 2_187, 1_130, 29_134],
      ['growth-07', 776, 754, 149_342],
      ['growth-09', 1_074, 0, 54_491],
      ['growth-11', 5_490, 39_697, 266_817],
      ['growth-13', 4_209, 1_113, 58_035],
      ['growth-15', 2_238, 206, 12_832],
      ['growth-17', 1_844, 40, 28_834],
      ['growth-19', 12_346, 519, 2_218_884],
    ]);
    // The 365th day of the first: what its file says at that line.
    expect(toldOn({ series: one(curves), start: 364 }).at(-1)?.day).toBe('2021-10-05');
  });
});

describe('the pools that real guests filled', () => {
  it('are read as they were sampled', () => {
    const pools = readGrowthCurves('pool');
    expect(pools.map(({ name, levels }) => [name, levels.length, levels[0], levels.at(-1)])).toEqual([
      ['pool-01', 400, 988_495_872, 1_383_014_400],
      ['pool-02', 400, 988_495_872, 1_214_083_072],
      ['pool-03', 400, 1_093_357_568, 1_719_660_544],
      ['pool-04', 400, 1_064_280_064, 2_267_058_176],
      ['pool-05', 400, 883_634_176, 1_167_527_936],
      ['pool-06', 400, 988_495_872, 1_262_686_208],
      ['pool-07', 400, 775_069_696, 1_097_957_376],
      ['pool-08', 400, 778_768_384, 1_427_501_056],
      ['pool-09', 400, 1_525_673_984, 1_099_595_776],
      ['pool-10', 400, 988_479_488, 1_642_831_872],
    ]);
    for (const { hidden, starts } of pools) for (const start of starts) expect(hidden).not.toContain(start);
  });

  it('have capacities that are reached later, and some that are not', () => {
    const days = toCases(readGrowthCurves('pool')).map(({ trueDays }) => trueDays);
    expect(days.filter((day) => day !== null).length).toBeGreaterThan(100);
    expect(days.filter((day) => day === null).length).toBeGreaterThan(100);
  });
});

describe('a case', () => {
  it('of a straight line is true on the day on which the line is there', () => {
    // 1,000 on the first day and 10 more on each: 1,390 on the 40th, and 80 % of 1,738, which 1,740 reaches first.
    const cases = toCases([aSeries({ levels: Array.from({ length: 400 }, (_, day) => 1_000 + 10 * day), start: 39 })]);
    const found = cases.map(({ asked, trueDays }) => ({ capacity: asked.capacity, trueDays }));
    expect(found).toEqual([
      { capacity: 1_419, trueDays: 3 },
      { capacity: 1_464, trueDays: 8 },
      { capacity: 1_545, trueDays: 16 },
      { capacity: 1_738, trueDays: 35 },
      { capacity: 2_317, trueDays: 93 },
    ]);
  });

  it('of hindsight has the highest levels of the days to come for capacities, and one that is not reached', () => {
    const levels = Array.from({ length: 500 }, (_, day) => (day < 100 ? 1_000 : 2_000));
    const cases = toCases([aSeries({ levels, start: 39 })], 'hindsight');
    expect(cases.map(({ asked, trueDays }) => [asked.capacity, trueDays])).toEqual([
      [2_000, 61],
      [2_200, null],
    ]);
  });

  it('has no true day where the level never gets there', () => {
    const cases = toCases([aSeries({ levels: Array.from({ length: 100 }, () => 500), start: 39 })]);
    expect(cases.map(({ trueDays, followedDays }) => [trueDays, followedDays])).toEqual(
      Array.from({ length: 5 }, () => [null, 60]),
    );
  });

  it('is true on the first of the days on which it is reached, though the level falls again', () => {
    const levels = Array.from({ length: 100 }, (_, day) => (day === 50 || day > 70 ? 700 : 500));
    const cases = toCases([aSeries({ levels, start: 39 })]);
    expect(cases[3]).toMatchObject({ trueDays: 11, asked: { capacity: 625 } });
  });

  it('shows nothing of what comes after its day, and nothing of the gaps', () => {
    const series = aSeries({ levels: [1, 2, 3, 4, 5], start: 3, hidden: [1] });
    const shown = toCases([series])[0]?.asked.levels;
    expect(shown).toEqual([
      { day: '1970-01-01', dayNumber: 0, level: 1 },
      { day: '1970-01-03', dayNumber: 2, level: 3 },
      { day: '1970-01-04', dayNumber: 3, level: 4 },
    ]);
  });
});

function aSeries({
  levels,
  start,
  hidden = [],
}: {
  readonly levels: readonly number[];
  readonly start: number;
  readonly hidden?: readonly number[];
}): KnownSeries {
  return { name: 'by hand', kind: 'by hand', firstDay: 0, levels, hidden: new Set(hidden), starts: [start] };
}

function one(curves: readonly KnownSeries[]): KnownSeries {
  const [first] = curves;
  if (first === undefined) throw new Error('no curve was read');
  return first;
}
