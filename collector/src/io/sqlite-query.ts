import type { DatabaseSync, SQLInputValue, StatementSync } from 'node:sqlite';
import type { SqlAnswer, SqlStatement } from '../ports/sql-database.ts';

/** Carries one statement out. */
export function query(database: DatabaseSync, { sql, parameters }: SqlStatement): SqlAnswer {
  const { statement, hasRows } = prepare(database, sql);
  const values = parameters.map(toInput);
  if (hasRows) return { rows: statement.all(...values), changes: 0 };
  return { rows: [], changes: Number(statement.run(...values).changes) };
}

interface Prepared {
  readonly statement: StatementSync;
  readonly hasRows: boolean;
}

/** To understand a statement takes longer than to run it, and there are some fifty. Lists make more of them. */
export const PREPARED_KEPT = 200;
const prepared = new WeakMap<DatabaseSync, Map<string, Prepared>>();

function prepare(database: DatabaseSync, sql: string): Prepared {
  const known = prepared.get(database) ?? new Map<string, Prepared>();
  prepared.set(database, known);
  const before = known.get(sql);
  if (before !== undefined) return before;
  const statement = database.prepare(sql);
  const own = { statement, hasRows: statement.columns().length > 0 };
  const [oldest] = known.keys();
  if (known.size >= PREPARED_KEPT && oldest !== undefined) known.delete(oldest);
  known.set(sql, own);
  return own;
}

/** Node 22 and 24 refuse to bind a boolean or undefined, Node 26 takes both. */
function toInput(value: unknown): SQLInputValue {
  if (typeof value === 'boolean') return value ? 1 : 0;
  return (value ?? null) as SQLInputValue;
}
