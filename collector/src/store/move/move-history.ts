import { Fault } from '@trimtab/protocol/shared';
import { Kysely } from 'kysely';
import type { GuestId } from '../../model/guest-id.ts';
import type { HostId } from '../../model/host-id.ts';
import type { SqlDatabase } from '../../ports/sql-database.ts';
import { createDialect, ROWS_LIE_BY_KEY } from '../dialect.ts';
import { migrate, requireNewest } from '../migrate.ts';
import type { Tables } from '../tables.ts';
import { exportHistory } from './export-history.ts';
import { badHistory } from './history-file.ts';
import { importHistory } from './import-history.ts';

/** A database that is closed at the end. */
export interface MoveDeps {
  readonly database: SqlDatabase;
  /** Of the database, for messages. */
  readonly path: string;
  readonly hostId: HostId;
}

/** The history of a host, line by line. Throws the Faults of the database, and `store-older` or `store-newer`. */
export async function* writeHistory(
  { database, path, hostId }: MoveDeps,
  about: { readonly version: string; readonly at: string },
): AsyncGenerator<string> {
  const db = new Kysely<Tables>({ dialect: createDialect(database) });
  try {
    const schema = await requireNewest({ db, path, hostId, ...formOf(database) });
    yield* exportHistory({ db, hostId }, { ...about, schema });
  } finally {
    await db.destroy();
  }
}

/**
 * Has a host remember what is in these lines, or nothing of it. How many rows that were. Throws a Fault `bad-history`,
 * `history-not-empty` or one of the database.
 */
export async function readHistory({ database, path, hostId }: MoveDeps, lines: AsyncIterable<string>): Promise<number> {
  const db = new Kysely<Tables>({ dialect: createDialect(database) });
  try {
    const form = formOf(database);
    await migrate({ db, path, hostId, ...form, onOlder: async () => {} });
    const schema = await requireNewest({ db, path, hostId, ...form });
    return await db
      .transaction()
      .execute((transaction) => importHistory({ db: transaction, hostId }, { lines, schema }));
  } catch (error) {
    // What no Trimtab wrote, no database takes.
    if (error instanceof Fault && error.detail.code === 'store-error') throw badHistory({ cause: error.detail.cause });
    throw error;
  } finally {
    await db.destroy();
  }
}

/** No guest is drawn: databases that are older than guests' ids are brought to this version by a collector. */
export function formOf({ kind }: SqlDatabase) {
  return { kind, rowsLieByKey: ROWS_LIE_BY_KEY[kind], newGuestId: () => crypto.randomUUID() as string as GuestId };
}
