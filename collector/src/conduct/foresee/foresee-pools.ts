import { forecastSeries } from '../../forecast/forecast-series.ts';
import { sortByUrgency } from '../../forecast/sort-by-urgency.ts';
import { toTrimSteps } from '../../forecast/trim-steps.ts';
import { DAY_MS } from '../../model/day.ts';
import { dayAt } from '../../model/day-steps.ts';
import type { DayLevel } from '../../model/forecast.ts';
import { FILLING_KINDS, type FillingKind, type PoolForesight } from '../../model/foresight.ts';
import type { Clock } from '../../ports/clock.ts';
import { type KnownLevels, type LevelsStore, readLevels } from './read-levels.ts';

/** So far back a forecast looks. */
export const YEAR_MS = 366 * DAY_MS;

/** One pool with the levels that its forecast rests on. */
export interface Foreseen {
  readonly foresight: PoolForesight;
  readonly levels: readonly DayLevel[];
}

/** The forecasts of these pools, the most urgent first; of one that was never sampled there is none. */
export async function foreseePools(
  { clock, store }: { clock: Pick<Clock, 'now'>; store: LevelsStore },
  pools: ReadonlySet<string>,
): Promise<readonly Foreseen[]> {
  const now = clock.now();
  const stretch = { from: now - YEAR_MS, to: now + 1, subjects: null };
  const [data, metadata, givenBack] = await Promise.all([
    readLevels(store, { kind: 'pool', ...stretch }),
    readLevels(store, { kind: 'pool-metadata', ...stretch }),
    readLevels(store, { kind: 'pool-given-back', ...stretch }),
  ]);
  const of: Readonly<Record<FillingKind, ReadonlyMap<string, KnownLevels>>> = { pool: data, 'pool-metadata': metadata };
  const found = FILLING_KINDS.flatMap((kind) =>
    [...of[kind]].flatMap(([pool, known]): readonly Foreseen[] => {
      if (!pools.has(pool)) return [];
      const given = kind === 'pool' ? (givenBack.get(pool) ?? null) : null;
      const foresight = foresee({ pool, kind, known, given });
      return foresight === null ? [] : [{ foresight, levels: known.levels }];
    }),
  );
  const levels = new Map(found.map((one) => [one.foresight, one.levels]));
  return sortByUrgency([...levels.keys()]).map((foresight) => ({ foresight, levels: levels.get(foresight) ?? [] }));
}

/** Null where nobody told the size. */
function foresee({
  pool,
  kind,
  known: { state, levels },
  given,
}: {
  pool: string;
  kind: FillingKind;
  known: KnownLevels;
  given: KnownLevels | null;
}): PoolForesight | null {
  const capacity = state.limitBytes;
  if (capacity === null) return null;
  const steps = given === null ? [] : toTrimSteps({ levels, givenBack: given.levels, before: given.leastBytes });
  return {
    pool,
    kind,
    sizeBytes: capacity,
    usedBytes: state.levelBytes,
    since: [dayAt(state.firstAt), ...levels.slice(0, 1).map(({ day }) => day)].toSorted()[0] ?? dayAt(state.firstAt),
    asItGoes: forecastSeries({ levels, capacity, at: null }),
    withoutTrims: steps.length === 0 ? null : forecastSeries({ levels, capacity, at: null, knownSteps: steps }),
    detail: null,
  };
}
