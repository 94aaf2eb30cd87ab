import { readFileSync, statSync } from 'node:fs';
import { toLockPath } from '../state-lock.ts';

/**
 * The process that has this state directory for itself at the moment, by the kernel's list of locks (proc_locks(5)); null
 * where none has, and where it cannot be seen from here. The lock itself is not asked for: it would have to be made.
 */
export function findRunningCollector(stateDirectory: string): number | null {
  try {
    const { ino } = statSync(toLockPath(stateDirectory));
    return findLocker({ locks: readFileSync('/proc/locks', 'utf8'), inode: ino });
  } catch {
    return null;
  }
}

/** Of the device the kernel says another number than stat(2) on some filesystems (btrfs): the inode alone tells. */
export function findLocker({ locks, inode }: { readonly locks: string; readonly inode: number }): number | null {
  for (const line of locks.split('\n')) {
    const [, kind, , access, pid = '', file = ''] = line.trim().split(/\s+/);
    if (kind === 'POSIX' && access === 'WRITE' && file.endsWith(`:${inode}`) && Number(pid) > 0) return Number(pid);
  }
  return null;
}
