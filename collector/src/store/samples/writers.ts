import type { Kysely } from 'kysely';
import { statement } from '../statement.ts';
import type { RollUpTable, SampleTable, Tables } from '../tables.ts';
import type { RollUp } from './roll-up.ts';
import { createWriter, type WriteRows } from './write-rows.ts';

/** Some milliseconds of work: others have their turn before the next. */
export const ROWS_A_TURN = 1_024;

export interface SampleWriters {
  /** Gives back those that were not there before. */
  readonly samples: WriteRows<SampleTable, Pick<SampleTable, 'stretch' | 'series' | 'after_ms'>>;
  /** In the place of what is there. */
  readonly rollUps: WriteRows<RollUpTable, never>;
  readonly lastSamples: WriteRows<Tables['last_sample'], never>;
  /** Those of these series that there are. */
  readRollUps(db: Kysely<Tables>, wanted: RollUpsWanted): Promise<readonly (RollUp & { readonly series: number })[]>;
}

interface RollUpsWanted {
  readonly stretch: number;
  /** In their order. */
  readonly series: readonly number[];
}

/** Each lets others have their turn in between. */
export function createSampleWriters({ pause }: { readonly pause: () => Promise<void> }): SampleWriters {
  let rows = 0;
  const onWritten = async (more: number) => {
    rows += more;
    if (rows < ROWS_A_TURN) return;
    rows = 0;
    await pause();
  };
  return {
    samples: createWriter({ write: insertSamples, onWritten }),
    rollUps: createWriter({ write: putRollUps, onWritten }),
    lastSamples: createWriter({ write: putLastSamples, onWritten }),
    async readRollUps(db, { stretch, series }) {
      const found: (RollUp & { series: number })[] = [];
      for (let at = 0; at < series.length; at += ROWS_A_TURN) {
        const some = series.slice(at, at + ROWS_A_TURN);
        const wanted = new Set(some);
        const [first = 0, last = first] = [some[0], some.at(-1)];
        const rowsThere = await selectRollUps(db, { stretch, first, last });
        found.push(...rowsThere.filter((row) => wanted.has(row.series)));
        await onWritten(rowsThere.length);
      }
      return found;
    },
  };
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
      conflict.columns(['stretch', 'series']).doUpdateSet(({ ref }) => ({
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
  (db, { stretch, first, last }: { readonly stretch: number; readonly first: number; readonly last: number }) =>
    db
      .selectFrom('rollup')
      .selectAll()
      .where('stretch', '=', stretch)
      .where('series', '>=', first)
      .where('series', '<=', last)
      .orderBy('series'),
);
