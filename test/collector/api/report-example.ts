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
  stillToBeHad: { nowBytes: 2 * GiB, afterFixesBytes: 11 * GiB, unknownDisks: 1 },
};
