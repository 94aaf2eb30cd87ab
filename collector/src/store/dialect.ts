import { type Dialect, SqliteAdapter, SqliteIntrospector, SqliteQueryCompiler } from 'kysely';
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
