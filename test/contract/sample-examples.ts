import type { Sample, SeriesKey, SeriesPoint } from '../../collector/src/model/series.ts';

/** A midnight (UTC). */
export const MIDNIGHT = Date.UTC(2026, 10, 2);

export const POOL: SeriesKey = { kind: 'pool', subject: '/images', device: '8:1' };

export function sampleOf({ at, level }: { at: number; level: number }): Sample {
  return { series: POOL, at, levelBytes: level, limitBytes: 1_000 };
}

export function rawPoint({ at, level }: { at: number; level: number }): SeriesPoint {
  return point({ at, level, least: level, most: level, samples: 1 });
}

export function point({
  at,
  level,
  least,
  most,
  samples,
}: Record<'at' | 'level' | 'least' | 'most' | 'samples', number>) {
  return { at, levelBytes: level, leastBytes: least, mostBytes: most, limitBytes: 1_000, samples };
}

/** As a person would: all samples of each stretch, in the order of time. */
export function rollUp(samples: readonly Sample[], lengthMs: number): readonly SeriesPoint[] {
  const inOrder = samples.toSorted((a, b) => a.at - b.at);
  return [...Map.groupBy(inOrder, ({ at }) => Math.floor(at / lengthMs) * lengthMs)].map(([at, some]) => {
    const levels = some.map(({ levelBytes }) => levelBytes);
    return point({
      at,
      level: levels.at(-1) ?? Number.NaN,
      least: Math.min(...levels),
      most: Math.max(...levels),
      samples: some.length,
    });
  });
}
