import { dayAt } from '../../model/day-steps.ts';
import type { DayLevel } from '../../model/forecast.ts';
import type { SeriesKey, SeriesKind, SeriesPoint, SeriesState } from '../../model/series.ts';
import type { SamplesStore, Stretch } from '../../ports/store/samples.ts';

export type LevelsStore = Pick<SamplesStore, 'series' | 'pointsOfKind'>;

/** A series by the day, as far back as was asked. */
export interface KnownLevels {
  readonly state: SeriesState;
  readonly levels: readonly DayLevel[];
  /** The least of the first of these days. */
  readonly leastBytes: number;
}

/**
 * All series of a kind, by their subjects. Of a subject that has lain on several devices only that counts on which it
 * was sampled last: the levels of the others are those of other storage.
 */
export async function readLevels(
  store: LevelsStore,
  { kind, from, to }: Stretch & { readonly kind: SeriesKind },
): Promise<ReadonlyMap<string, KnownLevels>> {
  const [states, found] = await Promise.all([
    store.series(kind),
    store.pointsOfKind({ kind, resolution: 'day', from, to }),
  ]);
  const newest = new Map<string, SeriesState>();
  for (const state of states) {
    const { subject } = state.series;
    if (state.lastAt >= (newest.get(subject)?.lastAt ?? Number.NEGATIVE_INFINITY)) newest.set(subject, state);
  }
  const known = new Map<string, KnownLevels>();
  for (const { series, points } of found) {
    const state = newest.get(series.subject);
    const [first] = points;
    if (state === undefined || first === undefined || !isSame(state.series, series)) continue;
    known.set(series.subject, { state, levels: toDayLevels(points), leastBytes: first.leastBytes });
  }
  return known;
}

/** Of points by the day. */
export function toDayLevels(points: readonly SeriesPoint[]): readonly DayLevel[] {
  return points.map(({ at, levelBytes }) => ({ day: dayAt(at), level: levelBytes }));
}

function isSame(one: SeriesKey, other: SeriesKey): boolean {
  return one.subject === other.subject && one.device === other.device;
}
