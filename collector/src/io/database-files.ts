import { chmodSync, closeSync, existsSync, fchmodSync, fsyncSync, openSync, rmSync, statSync } from 'node:fs';
import { dirname } from 'node:path';

/** Of the database and of the files that SQLite makes beside it, with the mode that the database has. */
const OWNER_ALONE = 0o600;
const SQLITES_OWN = ['-wal', '-shm', '-journal'] as const;

/**
 * What is gone of a database since it was last in use, for people; null where nothing is. Beside it lies a mark from its
 * opening to its clean end: while there is one, its log (`-wal`) holds what the file itself has not got yet. `companion`
 * is a file that was made just before it.
 */
export function findLoss({ path, companion }: { readonly path: string; readonly companion: string }): string | null {
  const isMarked = existsSync(toMark(path));
  const wasKept = existsSync(companion);
  const bytes = existsSync(path) ? statSync(path).size : null;
  if (bytes === null && (isMarked || wasKept)) return `${path} is gone: this host begins with an empty history`;
  if (bytes === 0 && (isMarked || wasKept))
    return `${path} is empty, and was not: this host begins with an empty history`;
  if (!isMarked || existsSync(`${path}-wal`)) return null;
  return `${path}-wal is gone, and the collector had not ended: what was stored last is lost`;
}

/** Makes the file of a database, and has it and those beside it for its owner alone. */
export function prepareFiles(path: string): void {
  const file = openSync(path, 'a', OWNER_ALONE);
  try {
    fchmodSync(file, OWNER_ALONE);
  } finally {
    closeSync(file);
  }
  for (const suffix of SQLITES_OWN) if (existsSync(`${path}${suffix}`)) chmodSync(`${path}${suffix}`, OWNER_ALONE);
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
