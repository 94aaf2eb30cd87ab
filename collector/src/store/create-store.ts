import { Kysely } from 'kysely';
import type { SqlDatabase } from '../ports/sql-database.ts';
import type { Store } from '../ports/store/store.ts';
import { createDialect } from './dialect.ts';
import { listGuests, rememberGuest } from './guests.ts';
import { migrate } from './migrate.ts';
import { findOpenTrim, insertOpenTrim } from './open-trims.ts';
import type { Tables } from './tables.ts';
import { closeTrim, findTrim, listTrims } from './trims.ts';

/**
 * The store over an open database, which it migrates first and closes at the end. `path` is for messages. Throws the
 * Faults of `migrate`; the database is closed then.
 */
export async function createStore({ database, path }: { database: SqlDatabase; path: string }): Promise<Store> {
  const db = new Kysely<Tables>({ dialect: createDialect(database) });
  try {
    await migrate({ db, path });
  } catch (error) {
    await db.destroy();
    throw error;
  }
  return {
    rememberGuest: (guest) => rememberGuest(db, guest),
    guests: () => listGuests(db),
    openTrim: (trim) => insertOpenTrim(db, trim),
    findOpenTrim: (id) => findOpenTrim(db, id),
    closeTrim: (closed) => closeTrim(db, closed),
    findTrim: (id) => findTrim(db, id),
    history: (query) => listTrims(db, query),
    close: () => db.destroy(),
  };
}
