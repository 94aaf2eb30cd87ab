import { formatBytes } from '@trimtab/protocol/shared';
import { fullnessOf } from '../../model/pool.ts';
import { formatPercent, MINUTE_MS, type Rule, standOf, toPercent } from '../rule.ts';

const LOWER_POINTS = 2;

/** A pool that is about to stop its guests. */
export const poolFull: Rule = {
  read: ({ pools }, { alertFull }) =>
    (pools ?? [])
      .filter(({ sizeBytes }) => sizeBytes > 0)
      .map((pool) => {
        const used = toPercent(fullnessOf(pool));
        return {
          rule: 'pool-full',
          subject: pool.key,
          stands: standOf({ figure: used, mark: alertFull, lower: alertFull - LOWER_POINTS }),
          severity: 'critical',
          sentence: `${pool.key} is ${formatPercent(used)} full, and ${formatBytes(pool.freeBytes)} are free. Once it is full: ${pool.whenFull}.`,
          hint: 'Trim what gives most back (trimtab doctor says what), move a guest away, or add storage.',
          values: { usedPercent: used, freeBytes: pool.freeBytes, sizeBytes: pool.sizeBytes },
          badness: { level: used, step: 1 },
        };
      }),
  timing: () => ({ startAfterMs: 10 * MINUTE_MS, endAfterMs: 10 * MINUTE_MS }),
};
