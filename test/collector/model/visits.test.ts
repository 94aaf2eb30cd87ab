import { describe, expect, it } from 'vitest';
import { isOverdue, LATE_MS, toVisits } from '../../../collector/src/model/visits.ts';

const NOW = Date.UTC(2026, 10, 27, 12);
const QUARTER_MS = 15 * 60_000;

describe('when a guest comes again', () => {
  it('is told by this host’s clock, however wrong the guest’s own is', () => {
    const clockAheadMs = -56 * 365 * 24 * 60 * 60_000;
    const nextVisitAt = NOW + clockAheadMs + QUARTER_MS;
    expect(toVisits({ starter: 'timer', nextVisitAt, now: NOW, clockAheadMs })).toEqual({
      starter: 'timer',
      nextVisitAt: NOW + QUARTER_MS,
    });
  });

  it('is not known where it said what cannot be, or nothing', () => {
    const nextOf = (nextVisitAt: number | null) =>
      toVisits({ starter: 'timer', nextVisitAt, now: NOW, clockAheadMs: 0 })?.nextVisitAt;
    expect([nextOf(null), nextOf(NOW - 1), nextOf(NOW + 40 * 24 * 60 * 60_000)]).toEqual([null, null, null]);
    expect(nextOf(NOW + QUARTER_MS)).toBe(NOW + QUARTER_MS);
  });

  it('is no question of one that stays, or does not say', () => {
    const visitsOf = (starter: 'resident' | null) =>
      toVisits({ starter, nextVisitAt: null, now: NOW, clockAheadMs: 0 });
    expect([visitsOf('resident'), visitsOf(null)]).toEqual([null, null]);
  });

  it('it is missed some time after it, and never where it comes when it is rung for', () => {
    expect(isOverdue({ nextVisitAt: NOW }, NOW + LATE_MS)).toBe(false);
    expect(isOverdue({ nextVisitAt: NOW }, NOW + LATE_MS + 1)).toBe(true);
    expect(isOverdue({ nextVisitAt: null }, NOW)).toBe(false);
  });
});
