import type { PoolState } from '../model/pool.ts';
import { type GaugeRow, readingsOf } from './gauge-row.ts';

function poolGauge({
  name,
  help,
  of,
}: {
  readonly name: GaugeRow['name'];
  readonly help: string;
  readonly of: (pool: PoolState) => number | null;
}): GaugeRow {
  return {
    name,
    help,
    labels: ['pool'],
    read: ({ status }) => readingsOf(status.pools, (pool) => ({ labels: [pool.key], value: of(pool) })),
  };
}

/** Of each pool: a host has a few. */
export const POOL_GAUGES: readonly GaugeRow[] = [
  poolGauge({
    name: 'trimtab_pool_size_bytes',
    help: 'Size of a pool, by statfs or as LVM reports it.',
    of: ({ sizeBytes }) => sizeBytes,
  }),
  poolGauge({
    name: 'trimtab_pool_free_bytes',
    help: 'What is free in a pool.',
    of: ({ freeBytes }) => freeBytes,
  }),
  poolGauge({
    name: 'trimtab_pool_images_capacity_bytes',
    help: 'Sum of the capacities of the images in a pool, each once.',
    of: ({ capacityBytes }) => capacityBytes,
  }),
  poolGauge({
    name: 'trimtab_pool_images_allocation_bytes',
    help: 'Sum of what the images in a pool take, each once.',
    of: ({ allocationBytes }) => allocationBytes,
  }),
  poolGauge({
    name: 'trimtab_pool_overcommit_ratio',
    help: 'Capacities of the images in a pool over its size.',
    of: ({ overcommit }) => overcommit,
  }),
  poolGauge({
    name: 'trimtab_pool_metadata_size_bytes',
    help: 'Size of the metadata of a thin pool.',
    of: ({ metadata }) => metadata?.sizeBytes ?? null,
  }),
  poolGauge({
    name: 'trimtab_pool_metadata_used_bytes',
    help: 'What is used of the metadata of a thin pool: running out of it is as bad as of room for data.',
    of: ({ metadata }) => metadata?.usedBytes ?? null,
  }),
];
