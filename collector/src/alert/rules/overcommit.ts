import { formatBytes } from '@trimtab/protocol/shared';
import { fullnessOf } from '../../model/pool.ts';
import { formatPercent, HOUR_MS, type Rule, standOf, together, toPercent } from '../rule.ts';

const FREE_POINTS = 5;
/** In percent of the pool. */
const RATIO_POINTS = 50;

/** Promises that a pool could not keep, while it has little room: each alone is how thin storage is meant to be. */
export const overcommit: Rule = {
  read: ({ pools }, { alertOvercommit, alertFree }) =>
    (pools ?? [])
      .filter(({ sizeBytes }) => sizeBytes > 0)
      .map((pool) => {
        const used = toPercent(fullnessOf(pool));
        const ratio = toPercent(pool.overcommit);
        return {
          rule: 'overcommit',
          subject: pool.key,
          stands: together([
            standOf({ figure: ratio, mark: alertOvercommit, lower: alertOvercommit * 0.95 }),
            standOf({ figure: used, mark: 100 - alertFree, lower: 100 - alertFree - FREE_POINTS }),
          ]),
          severity: 'warning',
          sentence: `The images in ${pool.key} may grow to ${formatBytes(pool.capacityBytes)}, ${pool.overcommit.toFixed(1)} times its size, and only ${formatPercent(100 - used)} of it is free.`,
          hint: 'Add storage, move a guest away, or trim: trimtab doctor says what could come back.',
          values: {
            overcommitPercent: ratio,
            capacityBytes: pool.capacityBytes,
            usedPercent: used,
            freeBytes: pool.freeBytes,
          },
          badness: { level: ratio, step: RATIO_POINTS },
        };
      }),
  timing: () => ({ startAfterMs: HOUR_MS, endAfterMs: HOUR_MS }),
};
