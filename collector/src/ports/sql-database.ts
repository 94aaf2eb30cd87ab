/** An open database that one process owns: what SQLite's bindings have in common, and what kysely's SQLite driver asks for. */
export interface SqlDatabase {
  prepare(sql: string): SqlStatement;
  close(): void;
}

export interface SqlStatement {
  /** True when the statement gives rows. */
  readonly reader: boolean;
  all(parameters: readonly unknown[]): unknown[];
  run(parameters: readonly unknown[]): { changes: number | bigint; lastInsertRowid: number | bigint };
  iterate(parameters: readonly unknown[]): IterableIterator<unknown>;
}
