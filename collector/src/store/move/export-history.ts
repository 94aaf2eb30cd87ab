import { type Kysely, type RawBuilder, sql } from 'kysely';
import type { HostRows, Tables } from '../tables.ts';
import { createDigest, type HistoryEnd, type HistoryHead, type HistoryLine, toHead } from './history-file.ts';
import { MOVED_TABLES, type MovedTable } from './moved-tables.ts';

/** Of one statement. */
const ROWS_A_PAGE = 500;

/** The values of a row by their columns. */
type Row = Readonly<Record<string, unknown>>;

/** The numbers that were drawn for the rows that are told, by the table. */
type Told = Map<string, Set<unknown>>;

/** All of one host, line by line; it reads a page at a time, from a database that holds still. */
export async function* exportHistory(
  rows: HostRows,
  about: Pick<HistoryHead, 'version' | 'schema' | 'at'>,
): AsyncGenerator<string> {
  const digest = createDigest();
  const write = (line: HistoryLine): string => {
    const text = JSON.stringify(line);
    digest.add(text);
    return text;
  };
  yield write(toHead({ ...about, hostId: rows.hostId }));
  const told: Told = new Map();
  let count = 0;
  for (const table of MOVED_TABLES) {
    const drawn = new Set<unknown>();
    told.set(table.name, drawn);
    for await (const page of readPages({ rows, table, told }))
      for (const row of page) {
        // What is about to go, and what hangs on it, stays behind.
        if (!isWhole({ row, table, told })) continue;
        if (table.drawn !== undefined) drawn.add(row[table.drawn]);
        count += 1;
        yield write({ [table.name]: table.columns.map((column) => toJson(row[column])) });
      }
  }
  const end: HistoryEnd = { end: true, rows: count, ...digest.end() };
  yield JSON.stringify(end);
}

function isWhole({ row, table, told }: { row: Row; table: MovedTable; told: Told }): boolean {
  if (table.goesWithout !== undefined && row[table.goesWithout] === null) return false;
  return Object.entries(table.refers ?? {}).every(([column, other]) => told.get(other)?.has(row[column]) === true);
}

const toJson = (value: unknown): unknown =>
  value instanceof Uint8Array ? Buffer.from(value).toString('base64') : value;

async function* readPages({
  rows: { db, hostId },
  table,
  told,
}: {
  readonly rows: HostRows;
  readonly table: MovedTable;
  readonly told: Told;
}): AsyncGenerator<readonly Row[]> {
  const { hangsOn } = table;
  if (hangsOn === undefined) {
    yield* readKeyed({ db, table, within: sql`host_id = ${hostId}` });
    return;
  }
  const parents = [...(told.get(hangsOn.table) ?? [])];
  const [column = ''] = table.key;
  for (let at = 0; at < parents.length; at += hangsOn.atOnce) {
    const some = parents.slice(at, at + hangsOn.atOnce);
    yield* readKeyed({ db, table, within: sql`${sql.ref(column)} in (${sql.join(some)})` });
  }
}

/** Page after page in the order of the key: each begins behind the last row of the one before. */
async function* readKeyed({
  db,
  table: { name, columns, key },
  within,
}: {
  readonly db: Kysely<Tables>;
  readonly table: MovedTable;
  readonly within: RawBuilder<unknown>;
}): AsyncGenerator<readonly Row[]> {
  const keys = sql.join(key.map((column) => sql.ref(column)));
  let behind = sql``;
  for (;;) {
    const { rows } = await sql<Row>`select ${sql.join(columns.map((column) => sql.ref(column)))}
      from ${sql.table(name)} where ${within} ${behind} order by ${keys} limit ${ROWS_A_PAGE}`.execute(db);
    yield rows;
    const last = rows.at(-1);
    if (last === undefined || rows.length < ROWS_A_PAGE) return;
    behind = sql`and (${keys}) > (${sql.join(key.map((column) => last[column]))})`;
  }
}
