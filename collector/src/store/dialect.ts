import { type Dialect, type RawBuilder, SqliteAdapter, SqliteIntrospector, SqliteQueryCompiler, sql } from 'kysely';
import type { SqlDatabase } from '../ports/sql-database.ts';
import { createDriver } from './driver.ts';

/** How to write SQL for each kind of database: the only place of the store that knows one from another. */
const DIALECTS: Readonly<Record<SqlDatabase['kind'], Omit<Dialect, 'createDriver'>>> = {
  sqlite: {
    createAdapter: () => new TransactionalAdapter(),
    createIntrospector: (db) => new SqliteIntrospector(db),
    createQueryCompiler: () => new SqliteQueryCompiler(),
  },
};

/** Where a table can have its rows lie in the order of its key, the end of its `create table` (sqlite.org/withoutrowid.html). */
export const ROWS_LIE_BY_KEY: Readonly<Record<SqlDatabase['kind'], RawBuilder<unknown>>> = {
  sqlite: sql`without rowid`,
};

export function createDialect(database: SqlDatabase): Dialect {
  return { ...DIALECTS[database.kind], createDriver: () => createDriver(database) };
}

class TransactionalAdapter extends SqliteAdapter {
  /**
   * SQLite's DDL is transactional, so that a migration which fails half way leaves nothing; kysely does not make use of
   * it.
   */
  override get supportsTransactionalDdl(): boolean {
    return true;
  }

  /** Who may have a connection when, the port decides. */
  override get supportsMultipleConnections(): boolean {
    return true;
  }
}
