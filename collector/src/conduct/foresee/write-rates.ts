import type { Filling } from '../../forecast/if-all-filled.ts';
import { DAY_MS, toDayNumber } from '../../model/day.ts';
import type { DayLevel } from '../../model/forecast.ts';
import type { SeriesKind, SeriesPoint } from '../../model/series.ts';
import type { Clock } from '../../ports/clock.ts';
import type { SamplesStore } from '../../ports/store/samples.ts';
import type { PooledImage } from './pooled-images.ts';
import type { HeldImage } from './read-held.ts';

/** One hour more than a day: hours begin when they do. */
const READ_MS = DAY_MS + 3_600_000;
/** What is known for less than this tells nothing of a day. */
const LEAST_MS = DAY_MS / 2;

/** So many days are looked at for the fastest. */
const FASTEST_OF_DAYS = 14;

/**
 * How fast each image of a pool fills: as in the last 24 hours, or as on its fastest day of two weeks where that was
 * more, since one quiet day is no bound; null where neither is known.
 */
export async function readFillings(
  { clock, store }: { readonly clock: Pick<Clock, 'now'>; readonly store: Pick<SamplesStore, 'pointsOfKind'> },
  {
    images,
    held,
    levelsOf,
  }: {
    readonly images: readonly PooledImage[];
    readonly held: readonly HeldImage[];
    /** Of an image, by the day. */
    readonly levelsOf: (image: string) => readonly DayLevel[];
  },
): Promise<readonly (Filling | null)[]> {
  const now = clock.now();
  const readGrowth = async (kind: SeriesKind, subjects: readonly string[]) => {
    const day = { resolution: 'hour', from: now - READ_MS, to: now + 1 } as const;
    const found = await store.pointsOfKind({ kind, subjects: new Set(subjects), ...day });
    return new Map(found.map(({ series, points }) => [series.subject, growthOf(points)]));
  };
  const filesystems = new Map(held.map((one) => [one.image, one.filesystems]));
  const ofImages = await readGrowth(
    'image',
    images.map(({ image }) => image),
  );
  const ofFilesystems = await readGrowth('filesystem', [...filesystems.values()].flat());
  return images.map(({ image, capacityBytes, allocationBytes }) => {
    const lately = ofImages.get(image) ?? null;
    const fastest = growthOfFastestDay(levelsOf(image));
    const growth = lately === null ? fastest : Math.max(lately, fastest ?? 0);
    if (growth === null || capacityBytes === null || allocationBytes === null) return null;
    const written = (filesystems.get(image) ?? []).reduce((sum, one) => sum + (ofFilesystems.get(one) ?? 0), 0);
    return { growthPerDay: Math.max(0, growth, written), roomBytes: Math.max(0, capacityBytes - allocationBytes) };
  });
}

/** Of days that follow one another; null where no two do. */
function growthOfFastestDay(levels: readonly DayLevel[]): number | null {
  const from = toDayNumber(levels.at(-1)?.day ?? '1970-01-01') - FASTEST_OF_DAYS;
  const growths = levels.flatMap(({ day, level }, index) => {
    const before = levels[index - 1];
    if (before === undefined || toDayNumber(day) <= from || toDayNumber(day) - toDayNumber(before.day) !== 1) return [];
    return [level - before.level];
  });
  return growths.length === 0 ? null : Math.max(...growths);
}

/** In a day. */
function growthOf(points: readonly SeriesPoint[]): number | null {
  const [first, last] = [points[0], points.at(-1)];
  if (first === undefined || last === undefined || last.at - first.at < LEAST_MS) return null;
  return ((last.levelBytes - first.levelBytes) / (last.at - first.at)) * DAY_MS;
}
