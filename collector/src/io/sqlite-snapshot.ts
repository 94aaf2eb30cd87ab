import { existsSync } from 'node:fs';
import { DatabaseSync } from 'node:sqlite';
import { pathToFileURL } from 'node:url';
import type { SqlDatabase } from '../ports/sql-database.ts';
import { toReadOnly } from './read-only-database.ts';
import { BUSY_TIMEOUT_MS } from './sqlite.ts';
import { createAttempt } from './sqlite-faults.ts';
import { query } from './sqlite-query.ts';

/**
 * The database as it is at the first question, whatever is written to it meanwhile (sqlite.org/isolation.html): a
 * collector that has it open goes on. Null where there is no such file. Every error is a Fault whose code begins with `store-`.
 */
export function openSqliteSnapshot(path: string): SqlDatabase | null {
  if (!existsSync(path)) return null;
  return openToRead({ path, opened: path });
}

/**
 * The same without a trace: to read a database that nobody has open, SQLite would make files beside it, and leave them
 * there (sqlite.org/wal.html#read_only_databases). What its log holds and the file has not got is then not seen.
 */
export function openSqliteUntouched(path: string): SqlDatabase | null {
  if (!existsSync(path)) return null;
  if (existsSync(`${path}-shm`)) return openToRead({ path, opened: path });
  const url = pathToFileURL(path);
  url.searchParams.set('immutable', '1');
  return openToRead({ path, opened: url });
}

function openToRead({ path, opened }: { readonly path: string; readonly opened: string | URL }): SqlDatabase {
  const attempt = createAttempt(path);
  const database = attempt(() => new DatabaseSync(opened, { timeout: BUSY_TIMEOUT_MS, readOnly: true }));
  attempt(() => database.exec('begin'));
  return toReadOnly({
    kind: 'sqlite',
    read: async (statement) => attempt(() => query(database, statement)),
    close: async () => database.close(),
  });
}
