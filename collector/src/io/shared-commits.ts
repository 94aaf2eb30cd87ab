import type { DatabaseSync } from 'node:sqlite';

export type Attempt = <Value>(work: () => Value) => Value;

/** Transactions that are committed together, with one sync of the disk for all. */
interface Group {
  /** Settles when what its members wrote is durable, or was taken back. */
  readonly durable: Promise<void>;
  resolve(): void;
  reject(error: unknown): void;
}

/**
 * Each transaction is a savepoint of an outer one (sqlite.org/lang_savepoint.html), which is committed once this turn of
 * the event loop is over: the reports of many guests that arrive together wait for one sync and not each for its own.
 * One that is rolled back takes nothing of the others with it. A statement in no transaction that has the connection
 * meanwhile sees what the others wrote, and is answered when that is durable.
 */
export function createSharedCommits({
  attempt,
  later,
}: {
  readonly attempt: Attempt;
  /** When this turn of the event loop is over. */
  readonly later: (flush: () => void) => void;
}) {
  let group: Group | null = null;
  /** A transaction has begun and not ended: it is waited for. */
  let isOpen = false;
  let isDue = false;

  function flush(database: DatabaseSync): void {
    isDue = isOpen;
    if (isOpen || group === null) return;
    const own = group;
    group = null;
    try {
      attempt(() => database.exec('commit'));
      own.resolve();
    } catch (error) {
      takeBack(database);
      own.reject(error);
    }
  }

  function end(database: DatabaseSync): void {
    isOpen = false;
    if (isDue) flush(database);
  }

  return {
    begin(database: DatabaseSync): void {
      if (group === null) {
        // A deferred transaction would fail at once, without the busy timeout, when it must become a writer.
        attempt(() => database.exec('begin immediate'));
        group = newGroup();
        later(() => flush(database));
      }
      attempt(() => database.exec('savepoint member'));
      isOpen = true;
    },
    /** Resolves when it is durable. */
    commit(database: DatabaseSync): Promise<void> {
      const own = group;
      attempt(() => database.exec('release member'));
      end(database);
      return own?.durable ?? Promise.resolve();
    },
    /** SQLite itself may have taken back everything, as where the disk is full: then all others fail with `reason`. */
    rollback(database: DatabaseSync, reason: unknown): void {
      try {
        if (database.isTransaction) {
          database.exec('rollback to member');
          database.exec('release member');
        } else failAll(reason);
      } catch {
        takeBack(database);
        failAll(reason);
      }
      end(database);
    },
    /** Commits what waits for it. */
    flush,
    /** What is written now is not durable before this settles; null: nothing waits to be committed. */
    pending: (): Promise<void> | null => group?.durable ?? null,
  };

  function failAll(reason: unknown): void {
    group?.reject(reason);
    group = null;
  }
}

/**
 * To close it takes back as well (sqlite.org/c3ref/close.html); left open, all who come next would write into this
 * transaction. They get it opened anew.
 */
function takeBack(database: DatabaseSync): void {
  if (!database.isOpen || !database.isTransaction) return;
  try {
    database.exec('rollback');
  } catch {
    database.close();
  }
}

function newGroup(): Group {
  const { promise, resolve, reject } = Promise.withResolvers<void>();
  // Every member is told; where there is none left, nobody need be.
  promise.catch(() => {});
  return { durable: promise, resolve, reject };
}
