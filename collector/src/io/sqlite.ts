import { DatabaseSync } from 'node:sqlite';
import type { SqlAnswer, SqlConnection, SqlDatabase, SqlStatement } from '../ports/sql-database.ts';
import { type Attempt, createSharedCommits } from './shared-commits.ts';
import { countBytes, isShrinkable, makeNewShrinkable, makeShrinkable, shrinkSome } from './shrink-file.ts';
import { createAttempt } from './sqlite-faults.ts';
import { query } from './sqlite-query.ts';

export const BUSY_TIMEOUT_MS = 5_000;
/** Of the log (`-wal`) between two uses of it; a large transaction makes it larger meanwhile. */
export const LOG_KEPT_BYTES = 8 * 1024 * 1024;

/**
 * Opens or creates the database file. `synchronous=FULL` with WAL syncs the log at every commit
 * (sqlite.org/pragma.html), so what was committed survives the loss of power: reports are acknowledged on the strength
 * of it. SQLite has one writer, so there is one connection that writes, and those who want it queue; what they commit in
 * one turn of the event loop is synced once (shared-commits.ts). Those who only read have another, which sees what was
 * committed (sqlite.org/wal.html) and is never waited for. Every error of SQLite, now or later, is a Fault whose code
 * begins with `store-`.
 */
export function openSqlDatabase(
  path: string,
  {
    isAlone = false,
  }: {
    /** Nobody else may have it open until it is closed: a Fault `store-busy` where somebody has. */
    readonly isAlone?: boolean;
  } = {},
): SqlDatabase {
  const attempt = createAttempt(path);
  const open = isAlone ? openAlone : openFile;
  // Others see nothing of it: neither does a second connection.
  const hasOneConnection = isAlone || path === IN_MEMORY;
  // What is in memory is not synced: nobody need wait for it.
  const commits = createSharedCommits({ attempt, later: path === IN_MEMORY ? queueMicrotask : setImmediate });
  let database = open(path, attempt);
  const reader = createReader({ path, attempt });
  /** Settled when the last of those who asked so far has given the connection on. */
  let released = Promise.resolve();

  /** The open database for the caller alone, until it is given on. */
  async function take(): Promise<() => void> {
    const before = released;
    const { promise, resolve } = Promise.withResolvers<void>();
    released = promise;
    await before;
    try {
      if (!database.isOpen) {
        reader.close();
        database = open(path, attempt);
      }
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

  async function askAnew(statement: SqlStatement): Promise<SqlAnswer> {
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
    read: async (statement) => (hasOneConnection ? askAnew(statement) : reader.read(statement)),
    file: {
      countBytes: () => withFile(countBytes),
      isShrinkable: () => withFile(isShrinkable),
      makeShrinkable: () => withFile(makeShrinkable),
      shrink: () => withFile(shrinkSome),
    },
    async close() {
      await released;
      // Before the other, whose closing carries the log over into the file.
      reader.close();
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

/**
 * A lock that is kept (sqlite.org/pragma.html#pragma_locking_mode). A database in WAL mode can be taken out of it only
 * while nobody else has it open; who opens it next has it in that mode again.
 */
function openAlone(path: string, attempt: Attempt): DatabaseSync {
  const database = attempt(
    () => new DatabaseSync(path, { timeout: BUSY_TIMEOUT_MS, enableForeignKeyConstraints: true }),
  );
  try {
    attempt(() => {
      makeNewShrinkable(database);
      database.exec(`pragma locking_mode = exclusive; pragma journal_mode = delete; pragma synchronous = full;
        begin exclusive; commit`);
    });
  } catch (error) {
    database.close();
    throw error;
  }
  return database;
}

/** Opened at its first question, and anew after one that failed: the file may be another by then. */
function createReader({ path, attempt }: { path: string; attempt: Attempt }) {
  let reader: DatabaseSync | null = null;

  function close(): void {
    reader?.close();
    reader = null;
  }

  return {
    close,
    read(statement: SqlStatement): SqlAnswer {
      try {
        return attempt(() => {
          reader ??= new DatabaseSync(path, { timeout: BUSY_TIMEOUT_MS, readOnly: true });
          return query(reader, statement);
        });
      } catch (error) {
        close();
        throw error;
      }
    },
  };
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

  function ask(statement: SqlStatement): SqlAnswer {
    try {
      return attempt(() => query(database, statement));
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
