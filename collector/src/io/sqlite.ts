import { DatabaseSync, type SQLInputValue } from 'node:sqlite';
import { Fault, type FaultDetail, toCause } from '@trimtab/protocol/shared';
import type { SqlDatabase } from '../ports/sql-database.ts';

const BUSY_TIMEOUT_MS = 5_000;

/**
 * Opens or creates the database file. `synchronous=FULL` with WAL syncs the log at every commit (sqlite.org/pragma.html),
 * so what was committed survives the loss of power: reports are acknowledged on the strength of it. Every error of SQLite,
 * now or later, is thrown as a Fault whose code begins with `store-`.
 */
export function openSqlDatabase(path: string): SqlDatabase {
  const attempt = <Value>(work: () => Value): Value => {
    try {
      return work();
    } catch (error) {
      throw toFault(path, error);
    }
  };
  const database = attempt(
    () => new DatabaseSync(path, { timeout: BUSY_TIMEOUT_MS, enableForeignKeyConstraints: true }),
  );
  try {
    attempt(() =>
      database.exec('pragma journal_mode = wal; pragma synchronous = full; select count(*) from sqlite_schema'),
    );
  } catch (error) {
    database.close();
    throw error;
  }
  return {
    prepare(sql) {
      const statement = attempt(() => database.prepare(sql));
      return {
        reader: statement.columns().length > 0,
        all: (parameters) => attempt(() => statement.all(...parameters.map(toInput))),
        run: (parameters) => attempt(() => statement.run(...parameters.map(toInput))),
        iterate: (parameters) => attempt(() => statement.iterate(...parameters.map(toInput))),
      };
    },
    close: () => database.close(),
  };
}

/** Node 22 and 24 refuse to bind a boolean or undefined, Node 26 takes both. */
function toInput(value: unknown): SQLInputValue {
  if (typeof value === 'boolean') return value ? 1 : 0;
  return (value ?? null) as SQLInputValue;
}

/** SQLite's primary result codes (sqlite.org/rescode.html); extended ones hold them in the low byte. */
function toFault(path: string, error: unknown): unknown {
  const extended = error instanceof Error && 'errcode' in error ? error.errcode : null;
  if (typeof extended !== 'number') return error;
  const { code, hint } = explain(path, extended & 0xff);
  return new Fault({ code, operation: 'use the database', subject: path, cause: toCause(error), hint });
}

function explain(path: string, code: number): Pick<FaultDetail, 'code' | 'hint'> {
  switch (code) {
    case 5:
    case 6:
      return { code: 'store-busy', hint: `Another process holds it. See which: fuser ${path}` };
    case 3:
    case 8:
    case 14:
      return { code: 'store-not-writable', hint: 'Make the folder writable or choose another --state-directory.' };
    case 10:
      return { code: 'store-io', hint: 'The disk below it has a problem; see dmesg.' };
    case 11:
    case 26:
      return {
        code: 'store-corrupt',
        hint: `Put a backup in its place, or start with an empty history: mv ${path} ${path}.broken`,
      };
    case 13:
      return { code: 'store-full', hint: 'Make room on the filesystem that holds it.' };
    default:
      return { code: 'store-error', hint: null };
  }
}
