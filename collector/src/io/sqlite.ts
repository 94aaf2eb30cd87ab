import { DatabaseSync, type SQLInputValue, type StatementSync } from 'node:sqlite';
import { Fault, type FaultDetail, toCause } from '@trimtab/protocol/shared';
import type { SqlAnswer, SqlConnection, SqlDatabase } from '../ports/sql-database.ts';
import { type Attempt, createSharedCommits } from './shared-commits.ts';
import { countBytes, isShrinkable, makeNewShrinkable, makeShrinkable, shrinkSome } from './shrink-file.ts';

export const BUSY_TIMEOUT_MS = 5_000;
/** Of the log (`-wal`) between two uses of it; a large transaction makes it larger meanwhile. */
export const LOG_KEPT_BYTES = 8 * 1024 * 1024;

/**
 * Opens or creates the database file. `synchronous=FULL` with WAL syncs the log at every commit
 * (sqlite.org/pragma.html), so what was committed survives the loss of power: reports are acknowledged on the strength
 * of it. SQLite has one writer, so there is one connection, and those who want it queue; what they commit in one turn
 * of the event loop is synced once (shared-commits.ts). Every error of SQLite, now or later, is a Fault whose code
 * begins with `store-`.
 */
export function openSqlDatabase(path: string): SqlDatabase {
  const attempt: Attempt = (work) => {
    try {
      return work();
    } catch (error) {
      throw toFault(path, error);
    }
  };
  // What is in memory is not synced: nobody need wait for it.
  const commits = createSharedCommits({ attempt, later: path === IN_MEMORY ? queueMicrotask : setImmediate });
  let database = openFile(path, attempt);
  /** Settled when the last of those who asked so far has given the connection on. */
  let released = Promise.resolve();

  /** The open database for the caller alone, until it is given on. */
  async function take(): Promise<() => void> {
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
    return resolve;
  }

  async function connect(): Promise<SqlConnection> {
    const giveOn = await take();
    return toConnection({ database, commits, attempt, giveOn, askAnew });
  }

  /** Work on the whole file, which stands in no transaction. */
  async function withFile<Value>(work: (database: DatabaseSync) => Value): Promise<Value> {
    const giveOn = await take();
    try {
      commits.flush(database);
      return attempt(() => work(database));
    } finally {
      giveOn();
    }
  }

  async function askAnew(statement: Parameters<SqlConnection['query']>[0]): Promise<SqlAnswer> {
    const connection = await connect();
    try {
      return await connection.query(statement);
    } finally {
      connection.release();
    }
  }

  return {
    kind: 'sqlite',
    connect,
    countBytes: () => withFile(countBytes),
    isShrinkable: () => withFile(isShrinkable),
    makeShrinkable: () => withFile(makeShrinkable),
    shrink: () => withFile(shrinkSome),
    async close() {
      await released;
      if (!database.isOpen) return;
      commits.flush(database);
      database.close();
    },
  };
}

const IN_MEMORY = ':memory:';

function openFile(path: string, attempt: Attempt): DatabaseSync {
  const database = attempt(
    () => new DatabaseSync(path, { timeout: BUSY_TIMEOUT_MS, enableForeignKeyConstraints: true }),
  );
  try {
    attempt(() => {
      // Settled with its first page, before all else.
      makeNewShrinkable(database);
      database.exec(`pragma journal_mode = wal; pragma synchronous = full;
        pragma journal_size_limit = ${LOG_KEPT_BYTES}; select count(*) from sqlite_schema`);
    });
  } catch (error) {
    database.close();
    throw error;
  }
  return database;
}

function toConnection({
  database,
  commits,
  attempt,
  giveOn,
  askAnew,
}: {
  database: DatabaseSync;
  commits: ReturnType<typeof createSharedCommits>;
  attempt: Attempt;
  giveOn(): void;
  /** The same statement in a turn of its own. */
  askAnew: SqlConnection['query'];
}): SqlConnection {
  let isInTransaction = false;
  /** Why the last statement failed. */
  let reason: unknown = null;

  function ask({ sql, parameters }: Parameters<SqlConnection['query']>[0]): SqlAnswer {
    try {
      return attempt(() => query(database, { sql, values: parameters.map(toInput) }));
    } catch (error) {
      reason = error;
      throw error;
    }
  }

  return {
    async query(statement) {
      const answer = ask(statement);
      const pending = isInTransaction ? null : commits.pending();
      if (pending === null) return answer;
      giveOn();
      // Where that is taken back, it saw or wrote what is not there: once more, as things are.
      return pending.then(
        () => answer,
        () => askAnew(statement),
      );
    },
    async begin() {
      commits.begin(database);
      isInTransaction = true;
    },
    async commit() {
      isInTransaction = false;
      const durable = commits.commit(database);
      giveOn();
      await durable;
    },
    async rollback() {
      // One that could not be committed has been taken back, and another may have begun since.
      if (!isInTransaction) return;
      isInTransaction = false;
      commits.rollback(database, reason);
    },
    release: giveOn,
  };
}

function query(database: DatabaseSync, { sql, values }: { sql: string; values: readonly SQLInputValue[] }): SqlAnswer {
  const { statement, hasRows } = prepare(database, sql);
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
