import { randomUUID } from 'node:crypto';
import { diskHint, Fault, toCause, toReason } from '@trimtab/protocol/shared';
import { findLoss, markClosed, markOpened, type OpenFile, prepareFiles } from '../io/database-files.ts';
import { keepHostId } from '../io/host-id.ts';
import { makeFolder } from '../io/make-folder.ts';
import { openSqlDatabase } from '../io/sqlite.ts';
import { lockState } from '../io/state-lock.ts';
import type { HostId } from '../model/host-id.ts';
import type { Log } from '../ports/log.ts';
import type { SqlDatabase } from '../ports/sql-database.ts';

/** Where this host keeps what it remembers. */
export interface DatabasePlace {
  /** With the file `host-id`, and with the database where that is a file. */
  readonly stateDirectory: string;
  /** Of a database on a PostgreSQL server; null or absent: the file `trimtab.sqlite`. */
  readonly database?: string | null;
}

export interface OpenDatabase {
  readonly database: SqlDatabase;
  /** Which it is, for messages. */
  readonly path: string;
  readonly hostId: HostId;
}

type Warning = Pick<Log, 'warn'>;

/**
 * Opens the database of this host, and makes what is missing. What is gone since the last time is told in the log.
 * Throws Faults `store-…` and `host-id-…`: `store-busy` where another collector, or an import, has it.
 */
export async function openDatabase(
  place: DatabasePlace,
  {
    log,
    isAlone = false,
  }: {
    readonly log: Warning;
    /** Whoever only reads may not have it open either: a Fault `store-busy` where somebody has. */
    readonly isAlone?: boolean;
  },
): Promise<OpenDatabase> {
  const { stateDirectory, database: url = null } = place;
  return url === null ? openFile({ stateDirectory, log, isAlone }) : openOnServer({ stateDirectory, url });
}

const keepId = (stateDirectory: string) =>
  keepHostId({ path: toHostIdPath(stateDirectory), newId: () => randomUUID() as string as HostId });

export const toHostIdPath = (stateDirectory: string) => `${stateDirectory}/host-id`;
export const toDatabasePath = (stateDirectory: string) => `${stateDirectory}/trimtab.sqlite`;

async function openOnServer({ stateDirectory, url }: { stateDirectory: string; url: string }): Promise<OpenDatabase> {
  // Only here: a history in a file needs no PostgreSQL.
  const { openPostgres } = await import('../io/postgres/open-postgres.ts');
  const { toSubject } = await import('../io/postgres/address.ts');
  await writable(stateDirectory, () => makeFolder(stateDirectory, 0o700));
  const hostId = await keepId(stateDirectory);
  return { database: openPostgres({ url, hostId }), path: toSubject(url), hostId };
}

async function openFile({
  stateDirectory,
  log,
  isAlone,
}: {
  readonly stateDirectory: string;
  readonly log: Warning;
  readonly isAlone: boolean;
}): Promise<OpenDatabase> {
  const unlock = await writable(stateDirectory, async () => {
    await makeFolder(stateDirectory, 0o700);
    return lockState(stateDirectory);
  });
  try {
    const path = toDatabasePath(stateDirectory);
    const { loss, open } = await writable(stateDirectory, async () => ({
      loss: findLoss({ path, companion: toHostIdPath(stateDirectory) }),
      open: prepareFiles(path),
    }));
    if (loss !== null) log.warn({ stateDirectory }, loss);
    if (open !== null) tellOpenFile(open, log);
    const hostId = await keepId(stateDirectory);
    const database = withMark({ database: openSqlDatabase(path, { isAlone }), path, log });
    return { database: unlockingAtEnd(database, unlock), path, hostId };
  } catch (error) {
    unlock();
    throw error;
  }
}

function unlockingAtEnd(database: SqlDatabase, unlock: () => void): SqlDatabase {
  return {
    ...database,
    async close() {
      try {
        await database.close();
      } finally {
        unlock();
      }
    },
  };
}

/** The collector goes on: one that does not start tells of nothing. */
function tellOpenFile({ path, mode, error }: OpenFile, log: Warning): void {
  const remedy = 'As its owner: chmod 600. Where its filesystem keeps no modes, choose another --state-directory.';
  log.warn({ path, mode, reason: toReason(error), remedy }, 'other users of this host may read what is stored');
}

/** A Fault `store-not-writable` for what the kernel says. */
export async function writable<Value>(stateDirectory: string, work: () => Promise<Value>): Promise<Value> {
  try {
    return await work();
  } catch (error) {
    if (error instanceof Fault) throw error;
    const isDenied = ['EACCES', 'EPERM'].includes((error as NodeJS.ErrnoException).code ?? '');
    throw new Fault({
      code: 'store-not-writable',
      operation: 'use the folder of the database',
      subject: stateDirectory,
      cause: toCause(error),
      hint: diskHint({
        error,
        otherwise: isDenied
          ? 'Run it as the user of the collector, which is root as a rule, or choose another --state-directory.'
          : 'Make it by hand, writable for the collector, or choose another --state-directory.',
      }),
    });
  }
}

/** The next start sees by a mark whether this one ended. Without it a loss is not noticed, and nothing is lost. */
function withMark({
  database,
  path,
  log,
}: {
  readonly database: SqlDatabase;
  readonly path: string;
  readonly log: Warning;
}): SqlDatabase {
  const attempt = (work: (path: string) => void) => {
    try {
      work(path);
    } catch (error) {
      log.warn({ path, reason: toReason(error) }, 'whether the database was in use could not be noted');
    }
  };
  attempt(markOpened);
  return {
    ...database,
    async close() {
      await database.close();
      attempt(markClosed);
    },
  };
}
