import type { DatabaseSync } from 'node:sqlite';

/** Pages (4 KiB) that are given back at once: some milliseconds of work, and as much that is written. */
export const PAGES_AT_ONCE = 512;

/** What `pragma auto_vacuum` calls it (sqlite.org/pragma.html#pragma_auto_vacuum). */
const INCREMENTAL = 2;

/** A file that has no page yet. To say the same of another would write to it. */
export function makeNewShrinkable(database: DatabaseSync): void {
  if (ask(database, 'page_count') === 0) database.exec('pragma auto_vacuum = incremental');
}

/** Is the file able to give pages back? One that an older version made is not. */
export const isShrinkable = (database: DatabaseSync): boolean => ask(database, 'auto_vacuum') === INCREMENTAL;

/** Writes the file anew, so that it is: while this lasts nobody has the database. */
export function makeShrinkable(database: DatabaseSync): void {
  database.exec('pragma auto_vacuum = incremental; vacuum');
  shorten(database);
}

/** Gives some of the pages that nothing is in back to the filesystem; true while there are more. */
export function shrinkSome(database: DatabaseSync): boolean {
  const before = ask(database, 'freelist_count');
  if (before === 0) return false;
  database.exec(`pragma incremental_vacuum(${PAGES_AT_ONCE})`);
  const left = ask(database, 'freelist_count');
  // As many as before: the file is one that cannot.
  if (left > 0 && left < before) return true;
  shorten(database);
  return false;
}

/** What was given up goes only when the log is carried over into the file (sqlite.org/wal.html#ckpt). */
function shorten(database: DatabaseSync): void {
  database.exec('pragma wal_checkpoint(truncate)');
}

export const countBytes = (database: DatabaseSync): number => ask(database, 'page_count') * ask(database, 'page_size');

function ask(database: DatabaseSync, pragma: 'auto_vacuum' | 'freelist_count' | 'page_count' | 'page_size'): number {
  return Number(Object.values(database.prepare(`pragma ${pragma}`).get() ?? {})[0] ?? 0);
}
