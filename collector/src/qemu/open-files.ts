import { toIdentity } from '../model/opened-image.ts';
import type { HostFiles } from '../ports/host-files.ts';
import { readDescriptors } from './descriptors.ts';

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

/** Null where nothing is known of what the process has open (see descriptors.ts). */
export async function readOpenFiles(files: HostFiles, pid: number): Promise<readonly OpenFile[] | null> {
  const open = await readDescriptors({ files, pid, read: (number) => readOpenFile({ files, pid, number }) });
  return open === null || open.length === 0 ? null : open.filter((file) => file !== null);
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
  const name = files.kernel.link(at);
  // `socket:[…]`, `anon_inode:[…]`: most of what a QEMU has open.
  if (name?.startsWith('/') !== true) return null;
  const status = await files.status(at, { name });
  if (status === null || !(status.isFile || status.isBlockDevice)) return null;
  const info = files.kernel.text(`/proc/${pid}/fdinfo/${number}`);
  return info === null ? null : { at, name, identity: toIdentity(status), isWritable: isWritable(info) };
}

/** `pos` and `flags` come first, a line for each lock follows. `flags:	02100002` of proc_pid_fdinfo(5), octal; the access mode is its last two bits, and O_RDONLY is 0. */
function isWritable(info: string): boolean {
  return /^flags:\s*[0-7]*[1-35-7]$/m.test(info);
}
