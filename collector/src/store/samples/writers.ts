import type { Kysely, Selectable } from 'kysely';
import { statement } from '../statement.ts';
import type { RollUpTable, SampleTable, Tables } from '../tables.ts';
import type { RollUp } from './roll-up.ts';
import { createWriter, type WriteRows } from './write-rows.ts';

export interface SampleWriters {
  /** Gives back all of them. */
  readonly series: WriteRows<Omit<SeriesRow, 'id'>, Omit<SeriesRow, 'host_id' | 'first_at'>>;
  /** Gives back those that were not there before. */
  readonly samples: WriteRows<SampleTable, Pick<SampleTable, 'stretch' | 'series' | 'after_ms'>>;
  /** In the place of what is there. */
  readonly rollUps: WriteRows<RollUpTable, never>;
  readonly lastSamples: WriteRows<Tables['last_sample'], never>;
  /** Those of these series that there are. */
  readRollUps(db: Kysely<Tables>, wanted: RollUpsWanted): Promise<readonly (RollUp & { readonly series: number })[]>;
}

type SeriesRow = Selectable<Tables['series']>;

interface RollUpsWanted {
  readonly stretch: number;
  readonly part: number;
  /** In the order of their ids. */
  readonly series: readonly number[];
}

/** Of one database. */
export function createSampleWriters(): SampleWriters {
  return {
    series: createWriter(insertSeries),
    samples: createWriter(insertSamples),
    rollUps: createWriter(putRollUps),
    lastSamples: createWriter(putLastSamples),
    async readRollUps(db, { stretch, part, series }) {
      const [first = 0, last = first] = [series[0], series.at(-1)];
      const wanted = new Set(series);
      return (await selectRollUps(db, { stretch, part, first, last })).filter((row) => wanted.has(row.series));
    },
  };
}

function insertSeries(db: Kysely<Tables>, rows: readonly Omit<SeriesRow, 'id'>[]) {
  return db.insertInto('series').values(rows).returning(['id', 'kind', 'subject', 'device']);
}

function insertSamples(db: Kysely<Tables>, rows: readonly SampleTable[]) {
  return db
    .insertInto('sample')
    .values(rows)
    .onConflict((conflict) => conflict.columns(['stretch', 'series', 'after_ms']).doNothing())
    .returning(['stretch', 'series', 'after_ms']);
}

function putRollUps(db: Kysely<Tables>, rows: readonly RollUpTable[]) {
  return db
    .insertInto('rollup')
    .values(rows)
    .onConflict((conflict) =>
      conflict.columns(['stretch', 'series', 'part']).doUpdateSet(({ ref }) => ({
        last_ms: ref('excluded.last_ms'),
        level_bytes: ref('excluded.level_bytes'),
        below_bytes: ref('excluded.below_bytes'),
        above_bytes: ref('excluded.above_bytes'),
        limit_bytes: ref('excluded.limit_bytes'),
        samples: ref('excluded.samples'),
      })),
    )
    .$castTo<never>();
}

function putLastSamples(db: Kysely<Tables>, rows: readonly Tables['last_sample'][]) {
  return db
    .insertInto('last_sample')
    .values(rows)
    .onConflict((conflict) =>
      conflict.column('series').doUpdateSet(({ ref }) => ({
        day: ref('excluded.day'),
        at: ref('excluded.at'),
        level_bytes: ref('excluded.level_bytes'),
        limit_bytes: ref('excluded.limit_bytes'),
      })),
    )
    .$castTo<never>();
}

/** As they lie: those between that are not wanted cost less than to ask for each. */
const selectRollUps = statement(
  (db, { stretch, part, first, last }: Readonly<Record<'stretch' | 'part' | 'first' | 'last', number>>) =>
    db
      .selectFrom('rollup')
      .select(['series', 'last_ms', 'level_bytes', 'below_bytes', 'above_bytes', 'limit_bytes', 'samples'])
      .where('stretch', '=', stretch)
      .where('series', '>=', first)
      .where('series', '<=', last)
      .where('part', '=', part)
      .orderBy('series'),
);
