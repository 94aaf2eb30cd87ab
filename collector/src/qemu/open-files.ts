import { inTurns } from '@trimtab/protocol/shared';
import { toIdentity } from '../model/opened-image.ts';
import type { HostFiles } from '../ports/host-files.ts';

/** A regular file or block device that a process has open. */
export interface OpenFile {
  /** `/proc/PID/fd/N`, which leads to it also where its name does not. */
  readonly at: string;
  /**
   * Its name in the mount namespace of the process, with ` (deleted)` behind it where it has lost that
   * (proc_pid_fd(5)).
   */
  readonly name: string;
  /** As `toIdentity` says it. */
  readonly identity: string;
  readonly isWritable: boolean;
}

/** Anybody may call a program qemu-system-x86_64, and open what the limits of the kernel let them. */
const MOST_DESCRIPTORS = 4_096;
const DESCRIPTORS_AT_ONCE = 32;

/** `pos` and `flags` come first (proc_pid_fdinfo(5)); a line for each lock follows. */
const FDINFO_BYTES = 128;

/**
 * Null where the descriptors of the process may not be read, and where it has too many: then nothing is known of what
 * it has open.
 */
export async function readOpenFiles(files: HostFiles, pid: number): Promise<readonly OpenFile[] | null> {
  const numbers = await files.listUpTo(`/proc/${pid}/fd`, MOST_DESCRIPTORS);
  if (numbers === null || numbers.length === 0) return null;
  const open = await inTurns({
    items: numbers,
    atOnce: DESCRIPTORS_AT_ONCE,
    map: (number) => readOpenFile({ files, pid, number }),
  });
  return open.filter((file) => file !== null);
}

async function readOpenFile({
  files,
  pid,
  number,
}: {
  files: HostFiles;
  pid: number;
  number: string;
}): Promise<OpenFile | null> {
  const at = `/proc/${pid}/fd/${number}`;
  const name = await files.readLink(at);
  // `socket:[…]`, `anon_inode:[…]`: most of what a QEMU has open.
  if (name?.startsWith('/') !== true) return null;
  const status = await files.status(at);
  if (status === null || !(status.isFile || status.isBlockDevice)) return null;
  const info = await files.readHead(`/proc/${pid}/fdinfo/${number}`, FDINFO_BYTES);
  if (info === null) return null;
  return { at, name, identity: toIdentity(status), isWritable: isWritable(new TextDecoder().decode(info)) };
}

/** `flags:	02100002` of proc_pid_fdinfo(5), octal; the access mode is its last two bits, and O_RDONLY is 0. */
function isWritable(info: string): boolean {
  return /^flags:\s*[0-7]*[1-35-7]$/m.test(info);
}
