import { Fault } from '@trimtab/protocol/shared';
import { type CompiledQuery, type Kysely, sql } from 'kysely';
import type { HostRows, Tables } from '../tables.ts';
import { badHistory, createDigest, type HistoryEnd, parseLine, readHead } from './history-file.ts';
import { MOVED_TABLES, type MovedTable } from './moved-tables.ts';

/** Rows that wait for one statement. */
const ROWS_A_STATEMENT = 128;

/** Of each table, what was drawn here for what had been drawn there. */
type Drawn = ReadonlyMap<string, Map<unknown, unknown>>;

/**
 * Takes in all of a history, in the transaction of the caller, which is to be taken back when this fails: with a Fault
 * `bad-history` where the file is not what was written, or `history-not-empty`. The rows are of this host then, whichever
 * they were of before. How many there were.
 */
export async function importHistory(
  { db, hostId }: HostRows,
  { lines, schema }: { readonly lines: AsyncIterable<string>; readonly schema: string },
): Promise<number> {
  await refuseOthers({ db, hostId });
  const digest = createDigest();
  const drawn: Drawn = new Map(MOVED_TABLES.map(({ name }) => [name, new Map()]));
  const sinks = new Map(MOVED_TABLES.map((table) => [table.name, createSink({ db, hostId, table, drawn })]));
  let sink: Sink | null = null;
  let rows = 0;
  let isFirst = true;
  let end: Partial<HistoryEnd> | null = null;
  for await (const line of lines) {
    if (end !== null) throw badHistory({ cause: 'it goes on behind its end' });
    if (isFirst) readHead({ line, schema });
    else {
      const document = parseLine(line);
      if (document.end === true) {
        end = document as Partial<HistoryEnd>;
        continue;
      }
      const [[name = '', values] = []] = Object.entries(document);
      const next: Sink | undefined = sinks.get(name);
      if (next === undefined || !Array.isArray(values)) throw badHistory({ cause: 'a row of it is of no table' });
      // Rows of another table may refer to those that wait.
      if (next !== sink) await sink?.flush();
      sink = next;
      await sink.take(values);
      rows += 1;
    }
    digest.add(line);
    isFirst = false;
  }
  await sink?.flush();
  if (end === null) throw badHistory({ cause: 'it was cut short' });
  if (end.rows !== rows || end.sha256 !== digest.end().sha256)
    throw badHistory({ cause: 'it was changed since it was written' });
  return rows;
}

async function refuseOthers({ db, hostId }: HostRows): Promise<void> {
  for (const { name, hangsOn } of MOVED_TABLES) {
    if (hangsOn !== undefined) continue;
    const { rows } = await sql`select 1 as one from ${sql.table(name)} where host_id = ${hostId} limit 1`.execute(db);
    if (rows.length === 0) continue;
    throw new Fault({
      code: 'history-not-empty',
      operation: 'import a history',
      subject: hostId,
      cause: 'there is a history of this host already, and two are not made one',
      hint: 'Import into an empty one: another --database, or another --state-directory with the file host-id of this one.',
    });
  }
}

interface Sink {
  take(values: readonly unknown[]): Promise<void>;
  flush(): Promise<void>;
}

/** Rows of one table, written in the order in which they come. */
function createSink({
  db,
  hostId,
  table,
  drawn,
}: HostRows & { readonly table: MovedTable; readonly drawn: Drawn }): Sink {
  const insert = createInsert(table);
  let waiting: (readonly unknown[])[] = [];

  function toValues(values: readonly unknown[]): readonly unknown[] {
    const { name, columns, bytes, refers = {} } = table;
    if (values.length !== columns.length) throw badHistory({ cause: `a row of ${name} has other columns` });
    const own = columns.flatMap((column, index) => {
      if (column === table.drawn) return [];
      const value = values[index];
      const other = refers[column];
      if (other !== undefined) return [found(drawn.get(other)?.get(value), name)];
      return [column === bytes ? Buffer.from(String(value), 'base64') : value];
    });
    return table.hangsOn === undefined ? [hostId, ...own] : own;
  }

  async function flush(): Promise<void> {
    const rows = waiting;
    waiting = [];
    if (rows.length > 0) await insert(db, rows);
  }

  return {
    flush,
    async take(values) {
      const own = toValues(values);
      if (table.drawn === undefined) {
        waiting.push(own);
        if (waiting.length === ROWS_A_STATEMENT) await flush();
        return;
      }
      const [row] = await insert(db, [own]);
      drawn.get(table.name)?.set(values[table.columns.indexOf(table.drawn)], row?.drawn);
    },
  };
}

function found(number: unknown, name: string): unknown {
  if (number === undefined) throw badHistory({ cause: `a row of ${name} refers to what is not there` });
  return number;
}

type Insert = (
  db: Kysely<Tables>,
  rows: readonly (readonly unknown[])[],
) => Promise<readonly { readonly drawn: number }[]>;

/** A statement of each number of rows is put together once, since that takes longer than to carry it out. */
function createInsert(table: MovedTable): Insert {
  const own = table.columns.filter((column) => column !== table.drawn);
  const columns = table.hangsOn === undefined ? ['host_id', ...own] : own;
  const names = sql.join(columns.map((column) => sql.ref(column)));
  const returning = table.drawn === undefined ? sql`` : sql`returning ${sql.ref(table.drawn)} as drawn`;
  const compiled = new Map<number, CompiledQuery<{ readonly drawn: number }>>();
  const write = (rows: readonly (readonly unknown[])[]) => {
    const values = sql.join(rows.map((row) => sql`(${sql.join([...row])})`));
    return sql<{
      readonly drawn: number;
    }>`insert into ${sql.table(table.name)} (${names}) values ${values} ${returning}`;
  };
  return async (db, rows) => {
    const query = compiled.get(rows.length) ?? write(rows).compile(db);
    compiled.set(rows.length, query);
    return (await db.executeQuery<{ readonly drawn: number }>({ ...query, parameters: rows.flat() })).rows;
  };
}
