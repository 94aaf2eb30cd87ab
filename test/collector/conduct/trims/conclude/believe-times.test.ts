import { expect, it } from 'vitest';
import { believeTimes } from '../../../../../collector/src/conduct/trims/conclude/believe-times.ts';

const GRANTED = Date.parse('2026-11-23T08:00:00.000Z');
const REPORTED = Date.parse('2026-11-23T08:05:00.000Z');
const YEARS = 10 * 365 * 86_400_000;
const iso = (ms: number) => new Date(ms).toISOString();

it.each([
  ['right', GRANTED + 2_000, GRANTED + 2_000, null],
  ['a little slow', GRANTED - 30_000, GRANTED, null],
  ['a little fast', REPORTED + 30_000, REPORTED, null],
  ['ten years slow', GRANTED - YEARS, GRANTED, iso(GRANTED - YEARS)],
  ['ten years fast', GRANTED + YEARS, REPORTED, iso(GRANTED + YEARS)],
  ['at the end of all time', 8_640_000_000_000_000, REPORTED, '+275760-09-13T00:00:00.000Z'],
  ['at its beginning', 0, GRANTED, '1970-01-01T00:00:00.000Z'],
])('a granted trim of a guest whose clock is %s', (_, toldAt, startedAt, toldStartedAt) => {
  const times = believeTimes({ startedAt: toldAt, durationMs: 1_000 }, { grantedAt: GRANTED, reportedAt: REPORTED });
  expect(times).toEqual({ startedAt: iso(startedAt), toldStartedAt, durationMs: 1_000 });
});

it('a trim that was not granted may have been long ago, and not later than it was told of', () => {
  const believe = (startedAt: number) =>
    believeTimes({ startedAt, durationMs: 9e15 }, { grantedAt: null, reportedAt: REPORTED });
  expect(believe(GRANTED - YEARS)).toEqual({ startedAt: iso(GRANTED - YEARS), toldStartedAt: null, durationMs: 9e15 });
  expect(believe(GRANTED + YEARS)).toMatchObject({ startedAt: iso(REPORTED), toldStartedAt: iso(GRANTED + YEARS) });
});

it('a trim does not take longer than from its grant to its report', () => {
  const durationOf = (durationMs: number | null) =>
    believeTimes({ startedAt: GRANTED, durationMs }, { grantedAt: GRANTED, reportedAt: REPORTED }).durationMs;
  expect(durationOf(300_000)).toBe(300_000);
  expect(durationOf(330_000)).toBe(330_000);
  expect(durationOf(YEARS)).toBeNull();
  expect(durationOf(null)).toBeNull();
});

it.each([YEARS, -YEARS])('a host whose own clock jumped by %i ms since the grant makes no nonsense of it', (jump) => {
  const { startedAt } = believeTimes(
    { startedAt: GRANTED + 1_000, durationMs: 1_000 },
    { grantedAt: GRANTED, reportedAt: REPORTED + jump },
  );
  expect(Date.parse(startedAt)).toBeLessThanOrEqual(REPORTED + jump);
  expect(startedAt).toBe(jump > 0 ? iso(GRANTED + 1_000) : iso(REPORTED + jump));
});
