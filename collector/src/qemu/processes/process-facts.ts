import { basename } from 'node:path/posix';
import type { KernelFiles } from '../../ports/host-files.ts';

/**
 * Tells a process, and the program that it runs now, from any other (proc_pid_stat(5)): the tick of its start, which
 * execve(2) does not change, and where its stack and its words lie, which execve(2) puts elsewhere each time. Null where
 * there is no such process, or it has ended.
 */
export function readMark(kernel: Pick<KernelFiles, 'text'>, pid: number): string | null {
  const stat = kernel.text(`/proc/${pid}/stat`);
  // The name in parentheses may hold anything, parentheses too.
  const end = stat?.lastIndexOf(')') ?? -1;
  if (stat === null || end < 0) return null;
  const fields = stat.slice(end + 2).split(' ');
  const [state, startedAt, stackAt, wordsAt] = [fields[0], fields[19], fields[25], fields[45]];
  if (startedAt === undefined || state === 'Z' || state === 'X') return null;
  return `${stat.slice(0, end)} ${startedAt} ${stackAt} ${wordsAt}`;
}

/**
 * The user ids of a process: real, effective, saved and of its files, each once (proc_pid_status(5)). Not the owner of
 * /proc/PID, which is root for whoever calls prctl(PR_SET_DUMPABLE); and a program with the set-user-ID bit has one
 * that is root's while its words are those of whoever started it. Null where they cannot be read.
 */
export function readUserIds(kernel: Pick<KernelFiles, 'text'>, pid: number): readonly number[] | null {
  const ids = /^Uid:((?:\s+\d+){4})$/m.exec(kernel.text(`/proc/${pid}/status`) ?? '')?.[1];
  return ids === undefined ? null : [...new Set(ids.trim().split(/\s+/).map(Number))];
}

/**
 * The name of the file that it runs, whatever it calls itself; an upgrade of QEMU deletes the file under what runs.
 * Null where it may not be read, and of what runs no file (a thread of the kernel).
 */
export function readProgramName(kernel: Pick<KernelFiles, 'link'>, pid: number): string | null {
  const link = kernel.link(`/proc/${pid}/exe`);
  return link === null ? null : basename(link.replace(/ \(deleted\)$/, ''));
}
