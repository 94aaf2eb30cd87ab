import type { Sample } from '../../model/series.ts';
import type { RollUpTable } from '../tables.ts';

/** What is kept of the samples of one series in one hour or day. */
export type RollUp = Omit<RollUpTable, 'stretch' | 'series' | 'part'>;

/** Of one sample, in one that begins at `from`. */
export function rollUpOf({ at, levelBytes, limitBytes }: Sample, from: number): RollUp {
  return {
    last_ms: at - from,
    level_bytes: levelBytes,
    below_bytes: 0,
    above_bytes: 0,
    limit_bytes: limitBytes,
    samples: 1,
  };
}

/**
 * Of all samples of two roll-ups of one hour or day, whichever were stored first. Where the last sample has no limit, it
 * is one that another told.
 */
export function mergeRollUps(one: RollUp, other: RollUp): RollUp {
  const [earlier, later] = other.last_ms >= one.last_ms ? [one, other] : [other, one];
  const least = Math.min(leastOf(one), leastOf(other));
  const most = Math.max(mostOf(one), mostOf(other));
  return {
    last_ms: later.last_ms,
    level_bytes: later.level_bytes,
    below_bytes: later.level_bytes - least,
    above_bytes: most - later.level_bytes,
    limit_bytes: later.limit_bytes ?? earlier.limit_bytes,
    samples: one.samples + other.samples,
  };
}

export const leastOf = ({ level_bytes, below_bytes }: RollUp): number => level_bytes - below_bytes;
export const mostOf = ({ level_bytes, above_bytes }: RollUp): number => level_bytes + above_bytes;
