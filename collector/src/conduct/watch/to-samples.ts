import type { Sample, SeriesKey, SeriesKind } from '../../model/series.ts';
import type { Levels } from './levels.ts';
import { type Look, statesIn } from './look.ts';

/** What was read, as it is stored. */
export function toSamples({ devices, reading }: Look, { takenAt: at, allocations, pools }: Levels): readonly Sample[] {
  const capacities = new Map(statesIn(reading).map(({ path, capacityBytes }) => [path, capacityBytes]));
  const ofPools = pools.flatMap(({ key, sizeBytes, freeBytes, metadata }): readonly Sample[] => {
    const device = devices.get(key) ?? '';
    const levelBytes = Math.max(0, sizeBytes - freeBytes);
    const data: Sample = { series: toKey('pool', key, device), at, levelBytes, limitBytes: sizeBytes };
    if (metadata === null) return [data];
    const series = toKey('pool-metadata', key, device);
    return [data, { series, at, levelBytes: metadata.usedBytes, limitBytes: metadata.sizeBytes }];
  });
  const ofImages = [...allocations].flatMap(([path, { allocationBytes }]): readonly Sample[] => {
    if (allocationBytes === null) return [];
    const limitBytes = capacities.get(path) ?? null;
    return [{ series: toKey('image', path), at, levelBytes: allocationBytes, limitBytes }];
  });
  return [...ofPools, ...ofImages];
}

function toKey(kind: SeriesKind, subject: string, device = ''): SeriesKey {
  return { kind, subject, device };
}
