import { existsSync } from 'node:fs';
import { DatabaseSync } from 'node:sqlite';
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
  const attempt = createAttempt(path);
  const database = attempt(() => new DatabaseSync(path, { timeout: BUSY_TIMEOUT_MS, readOnly: true }));
  attempt(() => database.exec('begin'));
  return toReadOnly({
    kind: 'sqlite',
    read: async (statement) => attempt(() => query(database, statement)),
    close: async () => database.close(),
  });
}
