import type { Forecast } from '../../../collector/src/model/forecast.ts';
import type { ReportView } from '../../../collector/src/model/report.ts';
import { HOSTILE } from './hostile.ts';

const GiB = 1024 ** 3;
const DAY_MS = 24 * 3_600_000;
const UNTIL = Date.UTC(2026, 10, 27, 12);

const dayOf = (before: number) => new Date(UNTIL - before * DAY_MS).toISOString().slice(0, 10);

function rowOf({
  before,
  guest,
  reclaimedGiB,
}: {
  before: number;
  guest: string;
  reclaimedGiB: number;
}): ReportView['rows'][number] {
  return {
    day: dayOf(before),
    guest,
    trims: 1,
    trimmed: guest === 'bare' ? { bytes: 0, untold: 1 } : { bytes: 29.4 * GiB, untold: 0 },
    reclaimed: { bytes: reclaimedGiB * GiB, untold: 0 },
  };
}

function forecastOf({ at, median }: { at: string; median: string | null }): Forecast {
  return {
    at,
    kind: 'date',
    fullBetween: median === null ? null : ['2026-12-24', '2027-03-30'],
    median,
    within: { '7': 0, '30': 0.01, '90': 0.8 },
    needsDays: null,
    growthPerDay: 0.8 * GiB,
    lastShift: null,
  };
}

/** Two guests that trim each week, one whose discards are lost, one whose name is hostile. */
export const REPORT: ReportView = {
  since: new Date(UNTIL - 30 * DAY_MS).toISOString(),
  until: new Date(UNTIL).toISOString(),
  rows: [26, 19, 12, 5].flatMap((before) => [
    rowOf({ before, guest: 'web-1', reclaimedGiB: 1 + before / 10 }),
    rowOf({ before, guest: 'bare', reclaimedGiB: 0.4 }),
    rowOf({ before, guest: HOSTILE, reclaimedGiB: 0 }),
  ]),
  verdicts: [
    { verdict: 'reclaimed', disks: 8 },
    { verdict: 'lost', disks: 4 },
  ],
  losses: [
    { verdict: 'lost', hop: 'passed', cause: 'host-ignores-discard', disks: 3, guests: [HOSTILE] },
    { verdict: 'held', hop: null, cause: null, disks: 1, guests: [HOSTILE, 'web-1'] },
  ],
  pools: [
    {
      pool: '/var/lib/libvirt/images',
      points: Array.from({ length: 30 }, (_, day) => {
        const levelBytes = (60 + day - (day > 10 ? 4 : 0) - (day > 24 ? 6 : 0)) * GiB;
        return {
          at: UNTIL - (30 - day) * DAY_MS,
          levelBytes,
          leastBytes: levelBytes - GiB,
          mostBytes: levelBytes,
          limitBytes: 100 * GiB,
          samples: 1_440,
        };
      }),
    },
    { pool: HOSTILE, points: [] },
  ],
  forecasts: [
    {
      pool: '/var/lib/libvirt/images',
      kind: 'pool',
      foreseenOn: dayOf(30),
      first: forecastOf({ at: dayOf(30), median: '2027-01-20' }),
      last: forecastOf({ at: dayOf(0), median: '2027-02-02' }),
      foretoldBytes: 24 * GiB,
      grewBytes: 19 * GiB,
    },
    {
      pool: HOSTILE,
      kind: 'pool-metadata',
      foreseenOn: dayOf(10),
      first: {
        ...forecastOf({ at: dayOf(10), median: null }),
        kind: 'not-enough-data',
        within: null,
        growthPerDay: null,
      },
      last: { ...forecastOf({ at: dayOf(0), median: null }), kind: 'not-growing' },
      foretoldBytes: null,
      grewBytes: -GiB,
    },
  ],
  stillToBeHad: { nowBytes: 2 * GiB, afterFixesBytes: 11 * GiB, unknownDisks: 1 },
};
