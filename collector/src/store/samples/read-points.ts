import type { SelectQueryBuilder } from 'kysely';
import type { Resolution, SeriesKey, SeriesKind, SeriesPoint, SeriesState } from '../../model/series.ts';
import type { SamplesStore } from '../../ports/store/samples.ts';
import type { HostRows, SampleTable, Tables } from '../tables.ts';
import { leastOf, mostOf, type RollUp } from './roll-up.ts';
import { listStretches, PART_MS, type StretchRow } from './stretches.ts';

type PointsQuery = Parameters<SamplesStore['points']>[0];
type KindQuery = Parameters<SamplesStore['pointsOfKind']>[0];
interface PointsOfSeries {
  readonly series: SeriesKey;
  readonly points: readonly SeriesPoint[];
}
interface SeriesRow extends Readonly<Record<keyof SeriesKey, string>> {
  readonly id: number;
}
interface Found {
  readonly series: number;
  readonly point: SeriesPoint;
}

export interface ReadDeps {
  readonly rows: HostRows;
  /** Lets others have their turn. */
  readonly pause: () => Promise<void>;
}

/** What one statement gives at the most, by and large; others have their turn before the next. */
const ROWS_AT_ONCE = 1_000;
/** More would be more than a database takes in one statement. */
const STRETCHES_AT_ONCE = 500;
const SERIES_AT_ONCE = 250;
/** Where there is a sample a minute. */
const ROWS_A_STRETCH: Readonly<Record<Resolution, number>> = { raw: 5, hour: 4, day: 1 };

export async function readPoints(deps: ReadDeps, query: PointsQuery): Promise<readonly SeriesPoint[]> {
  const [row] = await selectSeries(deps.rows, query.series.kind)
    .where('series.subject', '=', query.series.subject)
    .where('series.device', '=', query.series.device)
    .execute();
  if (row === undefined) return [];
  const found = await readAll(deps, { ...query, count: 1, ids: [row.id] });
  return found.map(({ point }) => point);
}

export async function readPointsOfKind(deps: ReadDeps, query: KindQuery): Promise<readonly PointsOfSeries[]> {
  const { kind, subjects } = query;
  const rows = (await selectSeries(deps.rows, kind).execute()).sort(byId);
  if (rows.length === 0) return [];
  if (subjects === undefined) {
    const ids = selectSeries(deps.rows, kind).clearSelect().select('series.id');
    return readSeries(deps, { query, rows, ids });
  }
  const wanted = rows.filter(({ subject }) => subjects.has(subject));
  const found: (readonly PointsOfSeries[])[] = [];
  for (let at = 0; at < wanted.length; at += SERIES_AT_ONCE) {
    if (at > 0) await deps.pause();
    const some = wanted.slice(at, at + SERIES_AT_ONCE);
    found.push(await readSeries(deps, { query, rows: some, ids: some.map(({ id }) => id) }));
  }
  return found.flat();
}

async function readSeries(
  deps: ReadDeps,
  { query, rows, ids }: { readonly query: KindQuery; readonly rows: readonly SeriesRow[]; readonly ids: Wanted['ids'] },
): Promise<readonly PointsOfSeries[]> {
  const all = await readAll(deps, { ...query, count: rows.length, ids });
  const found = Map.groupBy(all, ({ series }) => series);
  return rows.flatMap((row) => {
    const points = found.get(row.id)?.map(({ point }) => point) ?? [];
    return points.length === 0 ? [] : [{ series: toKey(row), points }];
  });
}

export async function readStates({ rows }: ReadDeps, kind: SeriesKind): Promise<readonly SeriesState[]> {
  const found = await selectSeries(rows, kind)
    .innerJoin('last_sample', 'last_sample.series', 'series.id')
    .select(['series.first_at', 'last_sample.at', 'last_sample.level_bytes', 'last_sample.limit_bytes'])
    .execute();
  return found.sort(byId).map((row) => ({
    series: toKey(row),
    firstAt: row.first_at,
    lastAt: row.at,
    levelBytes: row.level_bytes,
    limitBytes: row.limit_bytes,
  }));
}

function selectSeries({ db, hostId }: HostRows, kind: SeriesKind) {
  return db
    .selectFrom('series')
    .select(['series.id', 'series.kind', 'series.subject', 'series.device'])
    .where('series.host_id', '=', hostId)
    .where('series.kind', '=', kind);
}

/** In the order in which they were sampled first. */
const byId = (a: { readonly id: number }, b: { readonly id: number }): number => a.id - b.id;

function toKey({ kind, subject, device }: SeriesRow): SeriesKey {
  return { kind: kind as SeriesKind, subject, device };
}

interface Wanted extends Omit<PointsQuery, 'series'> {
  /** How many series they are of, so that one statement does not give too many. */
  readonly count: number;
  readonly ids: readonly number[] | Selection<{ id: number }>;
}
type Selection<Row> = SelectQueryBuilder<Tables, 'series', Row>;

/** In the order of time, a few stretches at once. */
async function readAll({ rows, pause }: ReadDeps, wanted: Wanted): Promise<readonly Found[]> {
  const { from, to, resolution, count } = wanted;
  const stretches = await listStretches(rows, { resolution, from, to });
  const readSome = resolution === 'raw' ? readSamples : readRollUps;
  const atOnce = Math.max(
    1,
    Math.min(STRETCHES_AT_ONCE, Math.floor(ROWS_AT_ONCE / count / ROWS_A_STRETCH[resolution])),
  );
  const all: Found[][] = [];
  for (let at = 0; at < stretches.length; at += atOnce) {
    if (at > 0) await pause();
    const some = await readSome(rows, { ...wanted, stretches: stretches.slice(at, at + atOnce) });
    const within = some.filter(({ point }) => point.at >= from && point.at < to);
    all.push(within.sort((a, b) => a.point.at - b.point.at));
  }
  return all.flat();
}

type WantedRows = Wanted & { readonly stretches: readonly StretchRow[] };

async function readSamples({ db }: HostRows, { stretches, ids }: WantedRows): Promise<Found[]> {
  const begins = new Map(stretches.map(({ number, at }) => [number, at]));
  const rows = await db
    .selectFrom('sample')
    .selectAll()
    .where('stretch', 'in', [...begins.keys()])
    .where('series', 'in', ids)
    .execute();
  return rows.map((row) => ({ series: row.series, point: toRawPoint(row, begins.get(row.stretch) ?? Number.NaN) }));
}

async function readRollUps({ db }: HostRows, { stretches, ids, resolution }: WantedRows): Promise<Found[]> {
  const begins = new Map(stretches.map(({ number, at }) => [number, at]));
  const partMs = resolution === 'raw' ? 0 : PART_MS[resolution];
  const rows = await db
    .selectFrom('rollup')
    .selectAll()
    .where('stretch', 'in', [...begins.keys()])
    .where('series', 'in', ids)
    .execute();
  return rows.map((row) => ({
    series: row.series,
    point: toPoint(row, (begins.get(row.stretch) ?? Number.NaN) + row.part * partMs),
  }));
}

function toRawPoint({ after_ms, level_bytes, limit_bytes }: SampleTable, begin: number): SeriesPoint {
  return {
    at: begin + after_ms,
    levelBytes: level_bytes,
    leastBytes: level_bytes,
    mostBytes: level_bytes,
    limitBytes: limit_bytes,
    samples: 1,
  };
}

function toPoint(row: RollUp, begin: number): SeriesPoint {
  return {
    at: begin,
    levelBytes: row.level_bytes,
    leastBytes: leastOf(row),
    mostBytes: mostOf(row),
    limitBytes: row.limit_bytes,
    samples: row.samples,
  };
}
