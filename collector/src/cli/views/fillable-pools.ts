import { formatBytes } from '@trimtab/protocol/shared';
import type { FillablePool } from '../../model/doctor.ts';
import { fullnessOf } from '../../model/pool.ts';
import { wrap } from '../wrap.ts';
import type { Page } from './page.ts';

/** `trimtab status` has all of them. */
const POOLS_SHOWN = 3;

/** What becomes of a pool when its guests use what they were given. */
export function formatFillable(pools: readonly FillablePool[], { width, paint }: Page): string[] {
  if (pools.length === 0) return [];
  const rest = pools.length - POOLS_SHOWN;
  return [
    '',
    paint('heading', 'Pools that their guests can fill'),
    ...pools.slice(0, POOLS_SHOWN).flatMap((pool) => wrap({ text: tell(pool), width, first: '  ', rest: '    ' })),
    ...(rest > 0 ? [`  and ${rest} more: trimtab status`] : []),
  ];
}

function tell(pool: FillablePool): string {
  const { key, freeBytes, sizeBytes, capacityBytes, allocationBytes, overcommit } = pool;
  const growth = formatBytes(capacityBytes - allocationBytes);
  const used = Math.floor(fullnessOf(pool) * 100);
  return `${key}: its images may grow by ${growth}, and ${formatBytes(freeBytes)} of ${formatBytes(sizeBytes)} is free (${used} % used, overcommit ${overcommit.toFixed(1)}x)`;
}
