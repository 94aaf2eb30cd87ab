import { closeSync, openSync } from 'node:fs';
import { DatabaseSync } from 'node:sqlite';
import { Fault } from '@trimtab/protocol/shared';
import { createAttempt } from './sqlite-faults.ts';

/** One that is just ending has so long to let go. */
export const LOCK_PATIENCE_MS = 2_000;

/**
 * Has a state directory for one process alone: two that write one database would each believe what they remember of it.
 * The lock lies on an empty file beside the database (SQLite's own, fcntl(2)), so that whoever only reads is in nobody's
 * way. The kernel gives it up with the process, however that ends: nothing is left to be removed. Gives what lets it go.
 * Throws Faults `store-…`; `store-busy` where another process has it.
 */
export function lockState(stateDirectory: string): () => void {
  const path = toLockPath(stateDirectory);
  const attempt = createAttempt(path);
  makeFile(path);
  const lock = attempt(() => new DatabaseSync(path, { timeout: LOCK_PATIENCE_MS }));
  try {
    // Nothing is written, so that no file is needed to take it back.
    attempt(() => lock.exec('pragma journal_mode = memory; begin exclusive'));
  } catch (error) {
    lock.close();
    if (error instanceof Fault && error.detail.code === 'store-busy') throw toInUse({ stateDirectory, path });
    throw error;
  }
  return () => lock.close();
}

export const toLockPath = (stateDirectory: string) => `${stateDirectory}/trimtab.sqlite-lock`;

/** For its owner alone. One that is there is not touched: to close it would let go of a lock that this process has. */
function makeFile(path: string): void {
  try {
    closeSync(openSync(path, 'wx', 0o600));
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== 'EEXIST') throw error;
  }
}

function toInUse({ stateDirectory, path }: Record<'stateDirectory' | 'path', string>): Fault {
  return new Fault({
    code: 'store-busy',
    operation: 'use the database',
    subject: stateDirectory,
    cause: 'another collector, or an import, uses this state directory',
    hint: `Stop that one first (systemctl stop trimtab, or the process that is named by: fuser ${path}), or choose another --state-directory.`,
  });
}
