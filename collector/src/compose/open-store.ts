import { randomUUID } from 'node:crypto';
import { diskHint, Fault, sleep, toCause, toReason } from '@trimtab/protocol/shared';
import { clock } from '../io/clock.ts';
import { findLoss, markClosed, markOpened, type OpenFile, prepareFiles } from '../io/database-files.ts';
import { keepHostId } from '../io/host-id.ts';
import { makeFolder } from '../io/make-folder.ts';
import { openSqlDatabase } from '../io/sqlite.ts';
import type { GuestId } from '../model/guest-id.ts';
import type { HostId } from '../model/host-id.ts';
import type { Log } from '../ports/log.ts';
import type { SqlDatabase } from '../ports/sql-database.ts';
import type { Store } from '../ports/store/store.ts';
import { createStore } from '../store/create-store.ts';

/**
 * Opens what this host keeps in its state directory, the database `trimtab.sqlite` and the file `host-id`, and makes
 * what is missing. What is gone since the last time is told in the log. Throws Faults `store-…` and `host-id-…`.
 */
export async function openStore({
  stateDirectory,
  history,
  keepSamples,
  keepHours,
  keepDays,
  log,
}: {
  readonly stateDirectory: string;
  /** What the stored trims may take, in bytes. */
  readonly history: number;
  /** For how many days what is sampled is kept. */
  readonly keepSamples: number;
  readonly keepHours: number;
  readonly keepDays: number;
  readonly log: Pick<Log, 'info' | 'warn'>;
}): Promise<Store> {
  const path = `${stateDirectory}/trimtab.sqlite`;
  const hostIdPath = `${stateDirectory}/host-id`;
  const { loss, open } = await writable(stateDirectory, async () => {
    await makeFolder(stateDirectory, 0o700);
    return { loss: findLoss({ path, companion: hostIdPath }), open: prepareFiles(path) };
  });
  if (loss !== null) log.warn({ stateDirectory }, loss);
  if (open !== null) tellOpenFile(open, log);
  const hostId = await keepHostId({ path: hostIdPath, newId: () => randomUUID() as string as HostId });
  return createStore({
    database: withMark({ database: openSqlDatabase(path), path, log }),
    path,
    hostId,
    historyBytes: history,
    kept: { samples: keepSamples, hours: keepHours, days: keepDays },
    log,
    pause: (ms = 0) => sleep(clock, ms),
    newGuestId: () => randomUUID() as string as GuestId,
  });
}

/** The collector goes on: one that does not start tells of nothing. */
function tellOpenFile({ path, mode, error }: OpenFile, log: Pick<Log, 'warn'>): void {
  const remedy = 'As its owner: chmod 600. Where its filesystem keeps no modes, choose another --state-directory.';
  log.warn({ path, mode, reason: toReason(error), remedy }, 'other users of this host may read what is stored');
}

async function writable<Value>(stateDirectory: string, work: () => Promise<Value>): Promise<Value> {
  try {
    return await work();
  } catch (error) {
    throw new Fault({
      code: 'store-not-writable',
      operation: 'make the folder of the database',
      subject: stateDirectory,
      cause: toCause(error),
      hint: diskHint({
        error,
        otherwise: 'Make it by hand, writable for the collector, or choose another --state-directory.',
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
  readonly log: Pick<Log, 'warn'>;
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
