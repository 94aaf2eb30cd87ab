import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { createCron } from '../../../collector/src/io/cron.ts';

// node-cron itself, by a clock that is the test's.
const HOUR_MS = 3_600_000;
const stops: (() => void)[] = [];
beforeEach(() => {
  vi.useFakeTimers();
});
afterEach(() => {
  for (const stop of stops.splice(0)) stop();
  vi.useRealTimers();
});

/** When it is due, from this moment on and for so long. */
async function dueIn({ expression, timeZone, from, hours }: Due): Promise<readonly string[]> {
  vi.setSystemTime(new Date(from));
  const due: string[] = [];
  const { stop } = await createCron().start({
    expression,
    timeZone,
    onDue: () => void due.push(new Date().toISOString().slice(0, 19)),
  });
  stops.push(stop);
  await vi.advanceTimersByTimeAsync(hours * HOUR_MS);
  return due;
}

interface Due {
  readonly expression: string;
  readonly timeZone: string;
  readonly from: string;
  readonly hours: number;
}

describe('a schedule of the collector', () => {
  it('is due by the clock of its time zone', async () => {
    const due = { expression: '0 3 * * 0', from: '2026-06-01T00:00:00Z', hours: 14 * 24 };
    expect(await dueIn({ ...due, timeZone: 'Europe/Vienna' })).toEqual(['2026-06-07T01:00:00', '2026-06-14T01:00:00']);
    expect(await dueIn({ ...due, timeZone: 'UTC' })).toEqual(['2026-06-07T03:00:00', '2026-06-14T03:00:00']);
  });

  it.each([
    ['once in the night that has its hour twice', '2026-10-24T20:00:00Z', ['2026-10-25T01:30:00']],
    ['not in the night that does not have it', '2026-03-28T20:00:00Z', []],
  ])('is due %s', async (_, from, due) => {
    const night = { expression: '30 2 * * *', timeZone: 'Europe/Vienna', hours: 12 };
    expect(await dueIn({ ...night, from })).toEqual(due);
  });

  it('is due when the host wakes, where it slept at that moment', async () => {
    vi.setSystemTime(new Date('2026-06-01T00:00:00Z'));
    const onDue = vi.fn();
    const { stop } = await createCron().start({ expression: '0 3 * * *', timeZone: 'UTC', onDue });
    stops.push(stop);
    // Its timers stood still meanwhile.
    vi.setSystemTime(new Date('2026-06-01T12:00:00Z'));
    await vi.advanceTimersByTimeAsync(4 * HOUR_MS);
    expect(onDue).toHaveBeenCalledTimes(1);
  });

  it('is due no more once it is stopped', async () => {
    vi.setSystemTime(new Date('2026-06-01T00:00:00Z'));
    const onDue = vi.fn();
    const { stop } = await createCron().start({ expression: '@hourly', timeZone: 'UTC', onDue });
    await vi.advanceTimersByTimeAsync(HOUR_MS);
    stop();
    await vi.advanceTimersByTimeAsync(5 * HOUR_MS);
    expect(onDue).toHaveBeenCalledTimes(1);
  });

  it.each([
    ['0 3 * * 0', 'Europe/Vienna', null],
    ['@weekly', 'UTC', null],
    ['0 3 * *', 'UTC', /fields/],
    ['61 3 * * *', 'UTC', /minute/],
    ['0 3 31 2 *', 'UTC', /day of month/],
    ['sometimes', 'UTC', /fields/],
    ['', 'UTC', /./],
    ['0 3 * * 0', 'Mars/Olympus', /no time zone "Mars\/Olympus"/],
    ['0 3 * * 0', '', /no time zone/],
  ])('of %j in %j: what is wrong with it is told before it is started', async (expression, timeZone, wrong) => {
    const told = await createCron().check({ expression, timeZone });
    if (wrong === null) expect(told).toBeNull();
    else expect(told).toMatch(wrong);
  });
});
