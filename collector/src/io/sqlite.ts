import { DatabaseSync, type SQLInputValue } from 'node:sqlite';
import { Fault, type FaultDetail, toCause } from '@trimtab/protocol/shared';
import type { SqlAnswer, SqlConnection, SqlDatabase } from '../ports/sql-database.ts';

export const BUSY_TIMEOUT_MS = 5_000;

/**
 * Opens or creates the database file. `synchronous=FULL` with WAL syncs the log at every commit
 * (sqlite.org/pragma.html), so what was committed survives the loss of power: reports are acknowledged on the strength
 * of it. SQLite has one writer, so there is one connection, and those who want it queue. Every error of SQLite, now or
 * later, is a Fault whose code begins with `store-`.
 */
export function openSqlDatabase(path: string): SqlDatabase {
  const attempt: Attempt = (work) => {
    try {
      return work();
    } catch (error) {
      throw toFault(path, error);
    }
  };
  let database = openFile(path, attempt);
  /** Settled when the last of those who asked so far has released the connection. */
  let released = Promise.resolve();

  return {
    kind: 'sqlite',
    async connect() {
      const before = released;
      const { promise, resolve } = Promise.withResolvers<void>();
      released = promise;
      await before;
      try {
        if (!database.isOpen) database = openFile(path, attempt);
      } catch (error) {
        resolve();
        throw error;
      }
      return toConnection({ database, attempt, release: resolve });
    },
    async close() {
      await released;
      if (database.isOpen) database.close();
    },
  };
}

type Attempt = <Value>(work: () => Value) => Value;

function openFile(path: string, attempt: Attempt): DatabaseSync {
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
  return database;
}

function toConnection({
  database,
  attempt,
  release,
}: {
  database: DatabaseSync;
  attempt: Attempt;
  release(): void;
}): SqlConnection {
  return {
    query: async ({ sql, parameters }) => attempt(() => query(database, { sql, values: parameters.map(toInput) })),
    // A deferred transaction would fail at once, without the busy timeout, when it must become a writer.
    begin: async () => attempt(() => database.exec('begin immediate')),
    commit: async () => attempt(() => database.exec('commit')),
    rollback: async () => {
      if (!database.isTransaction) return;
      try {
        database.exec('rollback');
      } catch {
        // To close it takes back as well (sqlite.org/c3ref/close.html); left open, all who come next would write into
        // this transaction. They get it opened anew.
        database.close();
      }
    },
    release,
  };
}

function query(database: DatabaseSync, { sql, values }: { sql: string; values: readonly SQLInputValue[] }): SqlAnswer {
  const statement = database.prepare(sql);
  if (statement.columns().length > 0) return { rows: statement.all(...values), changes: 0 };
  return { rows: [], changes: Number(statement.run(...values).changes) };
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
