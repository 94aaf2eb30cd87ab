import { statSync } from 'node:fs';
import { parentPort } from 'node:worker_threads';
import { packStatuses, type StatNumbers } from './file-status.ts';

/** What runs in the thread of status-thread.ts: a list of paths comes, and what stat(2) says of each goes. */
parentPort?.on('message', (paths: readonly string[]) => {
  const packed = packStatuses(paths.map(statOrNull));
  parentPort?.postMessage(packed, [packed.buffer]);
});

function statOrNull(path: string): StatNumbers | null {
  try {
    return statSync(path);
  } catch {
    return null;
  }
}
