import type pg from 'pg';
import type { SqlAnswer, SqlStatement } from '../../ports/sql-database.ts';
import { toStored } from './text.ts';

export function ask(on: pg.Client | pg.Pool, { sql, parameters }: SqlStatement): Promise<pg.QueryResult> {
  const values = parameters.map((value) => (typeof value === 'string' ? toStored(value) : value));
  return on.query(sql, values);
}

export function toAnswer({ rows, rowCount, command }: pg.QueryResult): SqlAnswer {
  return { rows, changes: command === 'SELECT' ? 0 : (rowCount ?? 0) };
}
