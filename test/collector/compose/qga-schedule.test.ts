import { afterEach, beforeEach, expect, it, vi } from 'vitest';
import { startQgaSchedule } from '../../../collector/src/compose/start-qga-schedule.ts';
import type { TrimAllDeps } from '../../../collector/src/conduct/qga/trim-all.ts';
import { clock } from '../../../collector/src/io/clock.ts';

const DAY_MS = 24 * 3_600_000;
const read = vi.fn(async () => ({ takenAt: 0, domains: [], sources: [], findings: [], offSince: new Map() }));
const info = vi.fn();
const never = () => Promise.reject(new Error('nobody is there to be trimmed'));
const deps: TrimAllDeps = {
  clock,
  log: { info, warn() {}, error() {} },
  survey: { read },
  links: { guests: () => [] },
  store: { guests: async () => [] },
  qemuGaGuests: { ask: never },
  present: { enter: never },
  qemuGa: { trim: never },
};

beforeEach(() => {
  read.mockClear();
  info.mockClear();
  vi.useFakeTimers({ now: new Date('2026-06-01T12:00:00Z') });
});
afterEach(() => vi.useRealTimers());

it('nothing is trimmed by the collector’s own schedule where none is set', async () => {
  const settings = { qgaSchedule: null, qgaTimeZone: 'UTC' };
  const schedule = await startQgaSchedule({ ...deps, settings });
  await vi.advanceTimersByTimeAsync(30 * DAY_MS);
  schedule.stop();
  expect(read).not.toHaveBeenCalled();
  expect(info).not.toHaveBeenCalled();
});

it('the host is looked through each time that it is due, and no more once it is stopped', async () => {
  const settings = { qgaSchedule: '0 3 * * *', qgaTimeZone: 'Europe/Vienna' };
  const schedule = await startQgaSchedule({ ...deps, settings });
  expect(info.mock.calls).toMatchObject([
    [{ schedule: '0 3 * * *', timeZone: 'Europe/Vienna', next: '2026-06-02T01:00:00.000Z' }, expect.any(String)],
  ]);
  await vi.advanceTimersByTimeAsync(13 * 3_600_000 - 1_000);
  expect(read).not.toHaveBeenCalled();
  await vi.advanceTimersByTimeAsync(3 * DAY_MS);
  expect(read).toHaveBeenCalledTimes(3);
  schedule.stop();
  await vi.advanceTimersByTimeAsync(3 * DAY_MS);
  expect(read).toHaveBeenCalledTimes(3);
});
