import type { CompiledQuery, DatabaseConnection, Driver, QueryResult } from 'kysely';
import type { SqlConnection, SqlDatabase } from '../ports/sql-database.ts';

/** What kysely asks of a database, over the port. */
export function createDriver(database: SqlDatabase): Driver {
  return {
    init: async () => {},
    acquireConnection: async () => new PortConnection(await database.connect()),
    beginTransaction: (connection) => portOf(connection).begin(),
    commitTransaction: (connection) => portOf(connection).commit(),
    rollbackTransaction: (connection) => portOf(connection).rollback(),
    releaseConnection: async (connection) => portOf(connection).release(),
    destroy: () => database.close(),
  };
}

class PortConnection implements DatabaseConnection {
  readonly port: SqlConnection;

  constructor(port: SqlConnection) {
    this.port = port;
  }

  async executeQuery<Row>({ sql, parameters }: CompiledQuery): Promise<QueryResult<Row>> {
    const { rows, changes } = await this.port.query({ sql, parameters });
    return { rows: rows as Row[], numAffectedRows: BigInt(changes) };
  }

  // biome-ignore lint/correctness/useYield: kysely's interface asks for it; nothing here reads by streams.
  async *streamQuery<Row>(): AsyncIterableIterator<QueryResult<Row>> {
    throw new Error('this store reads whole answers');
  }
}

function portOf(connection: DatabaseConnection): SqlConnection {
  return (connection as PortConnection).port;
}
