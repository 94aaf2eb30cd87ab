import type { AlertFacts, ConclusiveTrim, GuestFacts } from '../../../collector/src/alert/facts.ts';
import type { AlertSettings } from '../../../collector/src/model/alert-settings.ts';
import type { Forecast } from '../../../collector/src/model/forecast.ts';
import type { PoolState } from '../../../collector/src/model/pool.ts';

export const GIB = 1024 ** 3;

/** As the settings have them when nobody sets any; a test holds the two together. */
export const ALERT_SETTINGS: AlertSettings = {
  alertDays: 30,
  alertProbability: 50,
  alertFree: 25,
  alertFull: 95,
  alertMetadata: 80,
  alertOvercommit: 200,
  alertTrims: 2,
  alertSlack: 32 * GIB,
  alertSlackAfter: 8 * 86_400_000,
  alertAway: 3_600_000,
  alertReminder: 24 * 3_600_000,
};

/** Of 100 GiB. */
export const aPool = ({
  freePercent = 50,
  ...rest
}: Partial<PoolState> & { freePercent?: number } = {}): PoolState => ({
  key: '/srv',
  kind: 'ext4',
  sizeBytes: 100 * GIB,
  freeBytes: Math.round(freePercent * GIB),
  capacityBytes: 50 * GIB,
  allocationBytes: 10 * GIB,
  overcommit: 0.5,
  metadata: null,
  chunkBytes: null,
  discards: null,
  whenFull: 'ENOSPC: QEMU pauses the guest',
  nfsVersion: null,
  reflink: null,
  ...rest,
});

export const aForecast = (rest: Partial<Forecast> = {}): Forecast => ({
  at: '2026-11-26',
  kind: 'date',
  fullBetween: ['2026-12-05', '2026-12-30'],
  median: '2026-12-14',
  within: { '7': 0.02, '30': 0.7, '90': 0.99 },
  needsDays: null,
  growthPerDay: GIB,
  lastShift: null,
  ...rest,
});

export const aGuest = (rest: Partial<GuestFacts> = {}): GuestFacts => ({
  name: 'web-1',
  isAway: false,
  lastHeardAt: Date.UTC(2026, 10, 27, 6),
  trims: [],
  slack: null,
  ...rest,
});

export const aTrim = (...verdicts: readonly ConclusiveTrim['disks'][number]['verdict'][]): ConclusiveTrim => ({
  disks: verdicts.map((verdict, index) => ({
    device: `sd${'abc'[index]}`,
    image: `/srv/${index}.raw`,
    verdict,
    lostAt: verdict === 'lost' ? 'passed' : null,
  })),
});

export const factsOf = (rest: Partial<AlertFacts>): AlertFacts => ({
  pools: [],
  forecasts: new Map(),
  guests: [],
  held: [],
  ...rest,
});
