import type { ChildProcess } from 'node:child_process';
import process from 'node:process';

/**
 * Ends a child that was spawned `detached`, with all that it has started: they are a process group (setsid(2)). SIGKILL,
 * for whoever is ended has had its time; one that waits in the kernel for a disk ends when that answers, and nobody
 * waits for it here.
 */
export function endChild(child: ChildProcess): void {
  for (const stream of child.stdio ?? []) stream?.destroy();
  if (child.pid === undefined) return;
  try {
    process.kill(-child.pid, 'SIGKILL');
  } catch {
    // All of them have ended already.
  }
}
