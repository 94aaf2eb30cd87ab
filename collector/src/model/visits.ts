import type { Starter } from '@trimtab/protocol';

/** Of a guest whose agent does not stay: what starts it, and when it is to come again. */
export interface Visits {
  readonly starter: Exclude<Starter, 'resident'>;
  /** UTC, by this host's clock; null where it comes when it is rung for. */
  readonly nextVisitAt: number | null;
}

/** A guest that is late by less is not missed: a timer has some slack, and a boot takes its time. */
export const LATE_MS = 15 * 60_000;

/** Should it have come by now? */
export function isOverdue({ nextVisitAt }: Pick<Visits, 'nextVisitAt'>, now: number): boolean {
  return nextVisitAt !== null && now > nextVisitAt + LATE_MS;
}

/** Longer ahead is no agent's period, but a clock that is wrong. */
const FARTHEST_MS = 32 * 24 * 60 * 60_000;

/**
 * What a guest says of its visits, by this host's clock; null of one that stays, or does not say. `clockAheadMs`: of the
 * guest's clock.
 */
export function toVisits({
  starter,
  nextVisitAt,
  now,
  clockAheadMs,
}: {
  readonly starter: Starter | null;
  readonly nextVisitAt: number | null;
  readonly now: number;
  readonly clockAheadMs: number;
}): Visits | null {
  if (starter === null || starter === 'resident') return null;
  const next = nextVisitAt === null ? null : nextVisitAt - clockAheadMs;
  return { starter, nextVisitAt: next === null || next < now || next > now + FARTHEST_MS ? null : next };
}
