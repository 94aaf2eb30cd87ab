import { dayAt } from '../../model/day-steps.ts';
import type { DayLevel } from '../../model/forecast.ts';
import type { SeriesKey, SeriesKind, SeriesPoint, SeriesState } from '../../model/series.ts';
import type { SamplesStore, Stretch } from '../../ports/store/samples.ts';

export type LevelsStore = Pick<SamplesStore, 'series' | 'points' | 'pointsOfKind'>;

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

/** Of more it is quicker to read all that there are of their kind, in the order in which they lie. */
const ONE_BY_ONE = 128;

/**
 * Series of a kind, by their subjects. Of a subject that has lain on several devices only that counts on which it was
 * sampled last: the levels of the others are those of other storage.
 */
export async function readLevels(store: LevelsStore, query: LevelsQuery): Promise<ReadonlyMap<string, KnownLevels>> {
  const newest = new Map<string, SeriesState>();
  for (const state of await store.series(query.kind)) {
    const { subject } = state.series;
    const isAsked = query.subjects === null || query.subjects.has(subject);
    if (isAsked && state.lastAt >= (newest.get(subject)?.lastAt ?? Number.NEGATIVE_INFINITY))
      newest.set(subject, state);
  }
  const known = new Map<string, KnownLevels>();
  for (const { series, points } of await readPoints(store, { ...query, wanted: [...newest.values()] })) {
    const state = newest.get(series.subject);
    const [first] = points;
    if (state === undefined || first === undefined || state.series.device !== series.device) continue;
    known.set(series.subject, { state, levels: toDayLevels(points), leastBytes: first.leastBytes });
  }
  return known;
}

async function readPoints(
  store: LevelsStore,
  { kind, from, to, subjects, wanted }: LevelsQuery & { readonly wanted: readonly SeriesState[] },
): Promise<readonly { readonly series: SeriesKey; readonly points: readonly SeriesPoint[] }[]> {
  const stretch = { resolution: 'day', from, to } as const;
  if (subjects === null || wanted.length > ONE_BY_ONE) return store.pointsOfKind({ kind, ...stretch });
  return Promise.all(
    wanted.map(async ({ series }) => ({ series, points: await store.points({ series, ...stretch }) })),
  );
}

/** Of points by the day. */
function toDayLevels(points: readonly SeriesPoint[]): readonly DayLevel[] {
  return points.map(({ at, levelBytes }) => ({ day: dayAt(at), level: levelBytes }));
}
