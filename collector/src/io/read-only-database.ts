import type { SqlAnswer, SqlDatabase, SqlStatement } from '../ports/sql-database.ts';

/** What a query builder needs of a database from which it only reads. Who would write is told so by the database. */
export function toReadOnly({
  kind,
  read,
  close,
}: Pick<SqlDatabase, 'kind' | 'close'> & { read(statement: SqlStatement): Promise<SqlAnswer> }): SqlDatabase {
  return {
    kind,
    file: null,
    read,
    connect: async () => ({
      query: read,
      begin: async () => {},
      commit: async () => {},
      rollback: async () => {},
      release: () => {},
    }),
    close,
  };
}
