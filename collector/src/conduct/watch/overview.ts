import type { PoolState } from '../../model/pool.ts';
import type { Unclaimed } from '../../pool/unclaimed-images.ts';
import { type HostReading, toImageOf } from '../survey/host-reading.ts';
import type { Levels } from './levels.ts';
import type { Surveyed } from './surveyed.ts';

/** The whole host as it is remembered. */
export interface Overview {
  /** UTC, milliseconds: when the levels were read, which are allocations and what the pools have free. */
  readonly takenAt: number;
  /** UTC, milliseconds: when all else was, such as which guests and images there are. */
  readonly surveyedAt: number;
  readonly reading: HostReading;
  readonly pools: readonly PoolState[];
  readonly unclaimed: Unclaimed;
}

export function toOverview(surveyed: Surveyed): Overview {
  const { takenAt, reading, pools, unclaimed } = surveyed;
  return { takenAt, surveyedAt: takenAt, reading, pools, unclaimed };
}

/** With the levels of a later moment in their places. */
export function refreshOverview(surveyed: Surveyed, { takenAt, allocations, pools }: Levels): Overview {
  const { host, images } = surveyed.reading;
  const readings = images.readings.map((reading) => {
    const allocation = reading.state === null ? undefined : allocations.get(reading.state.path);
    if (reading.state === null || allocation === undefined) return reading;
    const { allocationBytes, physicalBytes } = allocation;
    return { ...reading, state: { ...reading.state, allocationBytes, physicalBytes } };
  });
  const refreshed = { ...images, readings };
  const disks = host.domains.flatMap((domain) => domain.disks);
  const reading: HostReading = { host, images: refreshed, imageOf: toImageOf(disks, refreshed) };
  return { ...toOverview(surveyed), takenAt, reading, pools };
}
