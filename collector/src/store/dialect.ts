import {
  type Dialect,
  PostgresAdapter,
  type RawBuilder,
  SqliteAdapter,
  SqliteIntrospector,
  SqliteQueryCompiler,
  sql,
} from 'kysely';
import type { SqlDatabase } from '../ports/sql-database.ts';
import { createDriver } from './driver.ts';
import { OwnSchemaIntrospector, WordsOfPostgres } from './postgres-words.ts';

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

/** One of each kind, by which what was written for it is known again (statement.ts). */
const ADAPTERS = { sqlite: new TransactionalAdapter(), postgres: new PostgresAdapter() } as const;

/**
 * How to write SQL for each kind of database: with the first migrations, the only place of the store that knows one
 * from another.
 */
const DIALECTS: Readonly<Record<SqlDatabase['kind'], Omit<Dialect, 'createDriver'>>> = {
  sqlite: {
    createAdapter: () => ADAPTERS.sqlite,
    createIntrospector: (db) => new SqliteIntrospector(db),
    createQueryCompiler: () => new SqliteQueryCompiler(),
  },
  postgres: {
    createAdapter: () => ADAPTERS.postgres,
    createIntrospector: (db) => new OwnSchemaIntrospector(db),
    createQueryCompiler: () => new WordsOfPostgres(),
  },
};

/** Where a table can have its rows lie in the order of its key, the end of its `create table` (sqlite.org/withoutrowid.html). */
export const ROWS_LIE_BY_KEY: Readonly<Record<SqlDatabase['kind'], RawBuilder<unknown>>> = {
  sqlite: sql`without rowid`,
  postgres: sql``,
};

export function createDialect(database: SqlDatabase): Dialect {
  return { ...DIALECTS[database.kind], createDriver: () => createDriver(database) };
}
