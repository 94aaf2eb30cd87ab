import { addDays } from '../../../collector/src/model/day-steps.ts';
import type { DayLevel, Forecast } from '../../../collector/src/model/forecast.ts';
import type { ForesightView, Grower, PoolForesight } from '../../../collector/src/model/foresight.ts';
import { HOSTILE } from './hostile.ts';

const GiB = 1024 ** 3;

const FILLS: Forecast = {
  at: '2026-11-23',
  kind: 'date',
  fullBetween: ['2026-12-30', '2027-02-11'],
  median: '2027-01-14',
  within: { '7': 0, '30': 0.04, '90': 0.93 },
  needsDays: null,
  growthPerDay: 1.6 * GiB,
  lastShift: '2026-08-04',
};

const TOO_EARLY: Forecast = {
  at: '2026-11-23',
  kind: 'not-enough-data',
  fullBetween: null,
  median: null,
  within: null,
  needsDays: 9,
  growthPerDay: null,
  lastShift: null,
};

/** A saw-tooth with a jump, and a week in which nothing was sampled. */
const LEVELS: readonly DayLevel[] = Array.from({ length: 200 }, (_, index): DayLevel => {
  const jump = index > 88 ? 120 * GiB : 0;
  return { day: addDays('2026-05-08', index), level: 300 * GiB + index * 1.6 * GiB + (index % 7) * 4 * GiB + jump };
}).filter(({ day }) => day < '2026-10-10' || day > '2026-10-17');

const image = (name: string, { growthPerDay, share }: Pick<Grower, 'growthPerDay' | 'share'>): Grower => ({
  kind: 'image',
  image: `/var/lib/libvirt/images/${name}.qcow2`,
  guest: name,
  isNew: name === 'build-7',
  growthPerDay,
  share,
});

export const FILLING_POOL: PoolForesight = {
  pool: '/var/lib/libvirt/images',
  kind: 'pool',
  sizeBytes: 832 * GiB,
  usedBytes: 746 * GiB,
  since: '2026-05-08',
  asItGoes: FILLS,
  withoutTrims: { ...FILLS, fullBetween: ['2026-12-10', '2027-01-02'], median: '2026-12-20' },
  detail: {
    levels: LEVELS,
    withTrims: {
      comesBackBytes: 88 * GiB,
      images: 31,
      forecast: { ...FILLS, fullBetween: ['2027-02-20', '2027-05-09'], median: '2027-03-25' },
    },
    afterFixes: {
      comesBackBytes: 240 * GiB,
      images: 38,
      forecast: { ...FILLS, kind: 'beyond-2-years', fullBetween: null, median: null },
    },
    growers: {
      days: 30,
      growthPerDay: 1.6 * GiB,
      rows: [
        image('build-7', { growthPerDay: 1.1 * GiB, share: 0.55 }),
        image(HOSTILE, { growthPerDay: 0.7 * GiB, share: 0.35 }),
        { ...image('shared', { growthPerDay: 0.2 * GiB, share: 0.1 }), guest: null },
        { kind: 'other-images', image: null, guest: null, isNew: false, growthPerDay: 0, share: null },
        { kind: 'other-files', image: null, guest: null, isNew: false, growthPerDay: -0.4 * GiB, share: null },
      ],
    },
    worst: {
      overcommit: 3.24,
      ifAllFilled: { day: '2026-12-04', growthPerDay: 7.8 * GiB, known: 37, images: 38 },
    },
    answer: {
      addBytes: 500 * GiB,
      without: 'web-1',
      goesBytes: 42 * GiB,
      forecast: { ...FILLS, fullBetween: ['2027-09-01', '2028-06-30'], median: '2027-11-30' },
      laterDays: 320,
    },
  },
};

export const FORESIGHT: ForesightView = {
  takenAt: '2026-11-23T07:44:10.000Z',
  pools: [
    { ...FILLING_POOL, detail: null },
    {
      pool: 'vg0/pool-a',
      kind: 'pool-metadata',
      sizeBytes: GiB / 8,
      usedBytes: GiB / 32,
      since: '2026-11-18',
      asItGoes: TOO_EARLY,
      withoutTrims: null,
      detail: null,
    },
  ],
  unsampled: ['/srv/nfs'],
  findings: [],
};

export const ONE_POOL: ForesightView = { ...FORESIGHT, pools: [FILLING_POOL], unsampled: [] };
