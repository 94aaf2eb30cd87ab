import type { CompiledQuery, DatabaseConnection, Driver, QueryResult } from 'kysely';
import type { SqlAnswer, SqlConnection, SqlDatabase, SqlStatement } from '../ports/sql-database.ts';

/** What kysely asks of a database, over the port. */
export function createDriver(database: SqlDatabase): Driver {
  return {
    init: async () => {},
    acquireConnection: async () => new PortConnection(database),
    beginTransaction: (connection) => portOf(connection).begin(),
    commitTransaction: (connection) => portOf(connection).commit(),
    rollbackTransaction: (connection) => portOf(connection).rollback(),
    releaseConnection: async (connection) => portOf(connection).release(),
    destroy: () => database.close(),
  };
}

/** It waits for the connection that writes only where something is to be written. */
class PortConnection implements DatabaseConnection {
  readonly #database: SqlDatabase;
  /** In a transaction. */
  #own: SqlConnection | null = null;

  constructor(database: SqlDatabase) {
    this.#database = database;
  }

  async begin(): Promise<void> {
    this.#own = await this.#database.connect();
    await this.#own.begin();
  }

  async commit(): Promise<void> {
    await this.#own?.commit();
    this.release();
  }

  async rollback(): Promise<void> {
    await this.#own?.rollback();
    this.release();
  }

  release(): void {
    this.#own?.release();
    this.#own = null;
  }

  async executeQuery<Row>({ sql, parameters, query }: CompiledQuery): Promise<QueryResult<Row>> {
    const { rows, changes } = await this.#ask({ sql, parameters }, query.kind === 'SelectQueryNode');
    return { rows: rows as Row[], numAffectedRows: BigInt(changes) };
  }

  async #ask(statement: SqlStatement, onlyReads: boolean): Promise<SqlAnswer> {
    if (this.#own !== null) return this.#own.query(statement);
    if (onlyReads) return this.#database.read(statement);
    const connection = await this.#database.connect();
    try {
      return await connection.query(statement);
    } finally {
      connection.release();
    }
  }

  // biome-ignore lint/correctness/useYield: kysely's interface asks for it; nothing here reads by streams.
  async *streamQuery<Row>(): AsyncIterableIterator<QueryResult<Row>> {
    throw new Error('this store reads whole answers');
  }
}

function portOf(connection: DatabaseConnection): PortConnection {
  return connection as PortConnection;
}
