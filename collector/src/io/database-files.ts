import { chmodSync, closeSync, existsSync, fsyncSync, openSync, rmSync, statSync } from 'node:fs';
import { dirname } from 'node:path';

/** Of the database and of the files that SQLite makes beside it, with the mode that the database has. */
const OWNER_ALONE = 0o600;
const SQLITES_OWN = ['-wal', '-shm', '-journal'] as const;

/**
 * What is not there of a database that was in use, for people, with what is known of it and no more; null where all is.
 * Beside it lies a mark from its opening to its clean end: while there is one, its log (`-wal`) holds what the file
 * itself has not got yet. But any other program that opens and closes the database (sqlite3) carries the log over into
 * the file and removes it, and a copy of the files may lack it. `companion` is a file that was made just before the
 * database.
 */
export function findLoss({ path, companion }: { readonly path: string; readonly companion: string }): string | null {
  const isMarked = existsSync(toMark(path));
  const wasKept = existsSync(companion);
  const bytes = existsSync(path) ? statSync(path).size : null;
  if (bytes === null && (isMarked || wasKept)) return `${path} is gone: this host begins with an empty history`;
  if (bytes === 0 && isMarked) return `${path} is empty, and was not: this host begins with an empty history`;
  if (bytes === 0 && wasKept)
    return `${path} is empty, though this host is known (${companion}): it begins with an empty history`;
  if (!isMarked || existsSync(`${path}-wal`)) return null;
  return `${path}-wal is not there, and the collector had not ended cleanly. If another program (sqlite3) opened the database since, nothing is lost; if the file was removed, or left out of a copy, what was stored last is missing`;
}

/** A file that others may read, or write, and why that cannot be changed. */
export interface OpenFile {
  readonly path: string;
  /** As chmod(1) writes it. */
  readonly mode: string;
  readonly error: unknown;
}

/**
 * Makes the file of a database, and has it and those beside it for its owner alone. The first of those with which that
 * cannot be done, as where another user owns it, or its filesystem keeps no modes; null where all are so.
 */
export function prepareFiles(path: string): OpenFile | null {
  closeSync(openSync(path, 'a', OWNER_ALONE));
  const files = [path, ...SQLITES_OWN.map((suffix) => `${path}${suffix}`).filter((file) => existsSync(file))];
  return files.map(closeToOthers).find((open) => open !== null) ?? null;
}

function closeToOthers(path: string): OpenFile | null {
  const mode = statSync(path).mode & 0o777;
  if ((mode & 0o077) === 0) return null;
  try {
    chmodSync(path, OWNER_ALONE);
    return null;
  } catch (error) {
    return { path, mode: mode.toString(8).padStart(4, '0'), error };
  }
}

/** It is in use from here on. */
export function markOpened(path: string): void {
  const mark = openSync(toMark(path), 'w', OWNER_ALONE);
  try {
    fsyncSync(mark);
  } finally {
    closeSync(mark);
  }
  const folder = openSync(dirname(path), 'r');
  try {
    fsyncSync(folder);
  } finally {
    closeSync(folder);
  }
}

/** It was closed; another process that has it open still has its log. */
export function markClosed(path: string): void {
  if (!existsSync(`${path}-wal`)) rmSync(toMark(path), { force: true });
}

const toMark = (path: string): string => `${path}-in-use`;
