import { dayAt } from '../../model/day-steps.ts';
import type { DayLevel } from '../../model/forecast.ts';
import type { SeriesKind, SeriesPoint, SeriesState } from '../../model/series.ts';
import type { SamplesStore, Stretch } from '../../ports/store/samples.ts';

export type LevelsStore = Pick<SamplesStore, 'series' | 'pointsOfKind'>;

/** A series by the day, as far back as was asked. */
export interface KnownLevels {
  readonly state: SeriesState;
  readonly levels: readonly DayLevel[];
  /** The least of the first of these days. */
  readonly leastBytes: number;
}

interface LevelsQuery extends Stretch {
  readonly kind: SeriesKind;
  /** Null: all. */
  readonly subjects: ReadonlySet<string> | null;
}

/**
 * Series of a kind, by their subjects. Of a subject that has lain on several devices only that counts on which it was
 * sampled last: the levels of the others are those of other storage.
 */
export async function readLevels(
  store: LevelsStore,
  { kind, subjects, from, to }: LevelsQuery,
): Promise<ReadonlyMap<string, KnownLevels>> {
  const newest = new Map<string, SeriesState>();
  for (const state of await store.series(kind)) {
    const { subject } = state.series;
    const isAsked = subjects === null || subjects.has(subject);
    if (isAsked && state.lastAt >= (newest.get(subject)?.lastAt ?? Number.NEGATIVE_INFINITY))
      newest.set(subject, state);
  }
  const known = new Map<string, KnownLevels>();
  const asked = subjects === null ? {} : { subjects };
  for (const { series, points } of await store.pointsOfKind({ kind, resolution: 'day', from, to, ...asked })) {
    const state = newest.get(series.subject);
    const [first] = points;
    if (state === undefined || first === undefined || state.series.device !== series.device) continue;
    known.set(series.subject, { state, levels: toDayLevels(points), leastBytes: first.leastBytes });
  }
  return known;
}

/** Of points by the day. */
function toDayLevels(points: readonly SeriesPoint[]): readonly DayLevel[] {
  return points.map(({ at, levelBytes }) => ({ day: dayAt(at), level: levelBytes }));
}
