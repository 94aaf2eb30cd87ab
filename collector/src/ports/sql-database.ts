/**
 * An open SQL database of this process: what a query builder needs of any, and nothing that only one kind has. Which
 * words of SQL it understands, `kind` says (store/dialect.ts writes them). Errors are Faults `store-…`.
 */
export interface SqlDatabase {
  readonly kind: 'sqlite' | 'postgres';
  /**
   * A connection for the caller alone until it is released; who asks meanwhile waits for it, in the order of asking.
   */
  connect(): Promise<SqlConnection>;
  /** What a statement that only reads finds to be durable now, whoever has the connection, or waits for it. */
  read(statement: SqlStatement): Promise<SqlAnswer>;
  /** The file that it is, one host's own; null where a server keeps it, for many hosts, and sees to its files itself. */
  readonly file: DatabaseFile | null;
  /** Once those who hold or wait for a connection have released it. */
  close(): Promise<void>;
}

/** What can be done with a whole database that is a file. As with a connection, others wait meanwhile. */
export interface DatabaseFile {
  /** What it takes, in bytes. */
  countBytes(): Promise<number>;
  /** Can it give space back? */
  isShrinkable(): Promise<boolean>;
  /** Has it able to. One that an older version made is written anew for that, once. */
  makeShrinkable(): Promise<void>;
  /** Gives some of the space that nothing is in back to its filesystem; true while there is more. */
  shrink(): Promise<boolean>;
}

export interface SqlStatement {
  readonly sql: string;
  readonly parameters: readonly unknown[];
}

export interface SqlConnection {
  /** Outside a transaction, what it tells is durable, and what it changes. */
  query(statement: SqlStatement): Promise<SqlAnswer>;
  /** Begins a transaction that writes: from here on no other does in the rows of this host. */
  begin(): Promise<void>;
  /** Resolves when what was written is durable. Others may have the connection while this waits for that. */
  commit(): Promise<void>;
  /**
   * Takes back what was written since `begin`; where the database did so by itself (its disk is full), there is nothing
   * to do. Nothing of it is left for the next who connects, whatever fails.
   */
  rollback(): Promise<void>;
  release(): void;
}

export interface SqlAnswer {
  /** Empty for a statement that gives none. */
  readonly rows: readonly unknown[];
  /** Rows inserted, changed or deleted. */
  readonly changes: number;
}
