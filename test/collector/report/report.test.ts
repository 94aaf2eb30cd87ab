import fc from 'fast-check';
import { expect, it } from 'vitest';
import { parseSince } from '../../../collector/src/model/report-since.ts';
import { summarise } from '../../../collector/src/model/trim-summary.ts';
import { toForecastRecords } from '../../../collector/src/report/forecast-records.ts';
import { pickResolution } from '../../../collector/src/report/pick-resolution.ts';
import { countVerdicts, toLosses } from '../../../collector/src/report/report-losses.ts';
import { toRows } from '../../../collector/src/report/report-rows.ts';
import { TRIM } from '../api/examples.ts';

it('adds up the trims of each guest and day, and counts what was not told', () => {
  expect(
    toRows([
      { startedAt: '2026-11-02T23:59:59.999Z', guest: 'web', trimmedBytes: 10, reclaimedBytes: 4 },
      { startedAt: '2026-11-03T00:00:00.000Z', guest: 'web', trimmedBytes: null, reclaimedBytes: 3 },
      { startedAt: '2026-11-03T10:00:00.000Z', guest: 'web', trimmedBytes: 5, reclaimedBytes: null },
      { startedAt: '2026-11-03T11:00:00.000Z', guest: 'db', trimmedBytes: 7, reclaimedBytes: 9 },
    ]),
  ).toEqual([
    {
      day: '2026-11-02',
      guest: 'web',
      trims: 1,
      trimmed: { bytes: 10, untold: 0 },
      reclaimed: { bytes: 4, untold: 0 },
    },
    { day: '2026-11-03', guest: 'db', trims: 1, trimmed: { bytes: 7, untold: 0 }, reclaimed: { bytes: 9, untold: 0 } },
    { day: '2026-11-03', guest: 'web', trims: 2, trimmed: { bytes: 5, untold: 1 }, reclaimed: { bytes: 3, untold: 1 } },
  ]);
});

it('no byte is lost or counted twice, whatever the trims', () => {
  const bytes = fc.option(fc.integer({ min: -1000, max: 1_000_000 }));
  const trims = fc.array(
    fc.record({
      startedAt: fc
        .date({ min: new Date(0), max: new Date(2 ** 42), noInvalidDate: true })
        .map((date) => date.toISOString()),
      guest: fc.constantFrom('a', 'b', 'c d'),
      trimmedBytes: bytes,
      reclaimedBytes: bytes,
    }),
  );
  fc.assert(
    fc.property(trims, (all) => {
      const rows = toRows(all);
      const sumOf = (values: readonly number[]) => values.reduce((sum, value) => sum + value, 0);
      expect(sumOf(rows.map((row) => row.trims))).toBe(all.length);
      expect(sumOf(rows.map((row) => row.reclaimed.bytes))).toBe(sumOf(all.flatMap((one) => one.reclaimedBytes ?? [])));
      expect(sumOf(rows.map((row) => row.reclaimed.untold))).toBe(
        all.filter(({ reclaimedBytes }) => reclaimedBytes === null).length,
      );
    }),
  );
});

it('tells where trims were in vain, the most frequent first, each guest once', () => {
  const summary = summarise(TRIM);
  const [lost] = TRIM.disks.filter(({ verdict }) => verdict === 'lost');
  if (lost === undefined || summary.disks === null) throw new Error('the example has no lost disk');
  const own = summary.disks.filter(({ verdict }) => verdict === 'lost');
  const losses = toLosses([
    { ...summary, disks: own },
    { ...summary, guest: 'other', disks: own },
    { ...summary, disks: [] },
    // More disks than a list tells.
    { ...summary, disks: null, verdicts: [{ verdict: 'held', lostAt: null }] },
  ]);
  expect(losses).toEqual([
    {
      verdict: 'lost',
      hop: lost.lostAt,
      cause: lost.cause,
      disks: 2 * own.length,
      guests: [summary.guest, 'other'].sort(),
    },
    { verdict: 'held', hop: null, cause: null, disks: 1, guests: [summary.guest] },
  ]);
  expect(countVerdicts([{ ...summary, disks: own }])).toEqual([{ verdict: 'lost', disks: own.length }]);
});

it('holds the first forecast of a stretch against what came, of each pool and of its metadata', () => {
  const forecast = {
    at: '2026-11-01',
    kind: 'date',
    fullBetween: null,
    median: '2027-01-01',
    within: null,
    needsDays: null,
    growthPerDay: 10,
    lastShift: null,
  } as const;
  const keptOn = (day: string, usedBytes: number) =>
    ({ day, pool: '/a', kind: 'pool', sizeBytes: 1_000, usedBytes, forecast }) as const;
  const metadata = { ...keptOn('2026-11-01', 5), kind: 'pool-metadata' } as const;
  const young = { ...forecast, growthPerDay: null };
  expect(
    toForecastRecords([
      keptOn('2026-11-01', 100),
      metadata,
      keptOn('2026-11-05', 150),
      { ...metadata, day: '2026-11-11', usedBytes: 4, forecast: young },
      keptOn('2026-11-11', 180),
      // Of one day alone nothing is said.
      { ...keptOn('2026-11-11', 1), pool: '/new' },
    ]),
  ).toEqual([
    {
      pool: '/a',
      kind: 'pool',
      foreseenOn: '2026-11-01',
      first: forecast,
      last: forecast,
      foretoldBytes: 100,
      grewBytes: 80,
    },
    {
      pool: '/a',
      kind: 'pool-metadata',
      foreseenOn: '2026-11-01',
      first: forecast,
      last: young,
      foretoldBytes: 100,
      grewBytes: -1,
    },
  ]);
});

it('a stretch is so many days before now, or since a day; never one that lies ahead, or that there is not', () => {
  const now = Date.UTC(2026, 10, 27, 12);
  const since = (text: string) => parseSince({ text, now });
  expect(since('30d')).toBe(Date.UTC(2026, 9, 28, 12));
  expect(since('2026-11-27')).toBe(Date.UTC(2026, 10, 27));
  expect(since('2024-02-29')).toBe(Date.UTC(2024, 1, 29));
  for (const text of [
    '',
    '0d',
    '-1d',
    '1.5d',
    '30',
    '1831d',
    '9999d',
    '2026-11-28',
    '2026-02-30',
    '2026-13-01',
    '27.11.2026',
    '2026-11-27T00:00:00Z',
  ])
    expect(since(text), text).toBeNull();
});

it('shows hours of a fortnight and days of more', () => {
  const days = (count: number) => count * 24 * 3_600_000;
  expect([pickResolution(days(1)), pickResolution(days(14)), pickResolution(days(30))]).toEqual([
    'hour',
    'hour',
    'day',
  ]);
});
