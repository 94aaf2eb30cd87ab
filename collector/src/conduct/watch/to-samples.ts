import type { Sample, SeriesKey } from '../../model/series.ts';
import type { Levels } from './levels.ts';
import { type Surveyed, statesIn } from './surveyed.ts';

/** What was read, as it is stored. */
export function toSamples(
  { devices, reading }: Surveyed,
  { takenAt: at, allocations, pools }: Levels,
): readonly Sample[] {
  const capacities = new Map(statesIn(reading).map(({ path, capacityBytes }) => [path, capacityBytes]));
  const ofPools = pools.flatMap(({ key, sizeBytes, freeBytes, metadata }): readonly Sample[] => {
    const device = devices.get(key) ?? '';
    const levelBytes = Math.max(0, sizeBytes - freeBytes);
    const series: SeriesKey = { kind: 'pool', subject: key, device };
    const data: Sample = { series, at, levelBytes, limitBytes: sizeBytes };
    if (metadata === null) return [data];
    const { usedBytes, sizeBytes: limitBytes } = metadata;
    return [data, { series: { ...series, kind: 'pool-metadata' }, at, levelBytes: usedBytes, limitBytes }];
  });
  const ofImages = [...allocations].flatMap(([path, { allocationBytes }]): readonly Sample[] => {
    if (allocationBytes === null) return [];
    const limitBytes = capacities.get(path) ?? null;
    return [{ series: { kind: 'image', subject: path, device: '' }, at, levelBytes: allocationBytes, limitBytes }];
  });
  return [...ofPools, ...ofImages];
}
