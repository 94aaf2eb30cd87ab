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
  /** Its mount and its inode there, which with its name are one file; null before Linux 5.14. */
  readonly inMount: string | null;
}

/** Null where nothing is known of what the process has open (see descriptors.ts). */
export async function readOpenFiles(files: HostFiles, pid: number): Promise<readonly OpenFile[] | null> {
  const read = (number: string) => readOpenFile({ files, at: `/proc/${pid}/fd/${number}`, before: null });
  const open = await readDescriptors({ files, pid, read });
  return open === null || open.length === 0 ? null : open.filter((file) => file !== null);
}

/**
 * What a descriptor leads to now; null where that is neither a regular file nor a block device. Only of one that is not
 * the file of `before` its filesystem is asked: the rest the kernel tells at once.
 */
export async function readOpenFile({
  files,
  at,
  before,
}: {
  files: HostFiles;
  at: string;
  before: OpenFile | null;
}): Promise<OpenFile | null> {
  const name = files.kernel.link(at);
  // `socket:[…]`, `anon_inode:[…]`: most of what a QEMU has open.
  if (name?.startsWith('/') !== true) return null;
  const info = files.kernel.text(at.replace('/fd/', '/fdinfo/'));
  if (info === null) return null;
  const now = { at, name, isWritable: isWritable(info), inMount: toInMount(info) };
  if (before !== null && now.inMount !== null && now.inMount === before.inMount && name === before.name)
    return { ...now, identity: before.identity };
  const status = await files.status(at, { name });
  return status === null || !(status.isFile || status.isBlockDevice) ? null : { ...now, identity: toIdentity(status) };
}

/**
 * `pos` and `flags` come first, a line for each lock follows. `flags:	02100002` of proc_pid_fdinfo(5), octal; the
 * access mode is its last two bits, and O_RDONLY is 0.
 */
function isWritable(info: string): boolean {
  return /^flags:\s*[0-7]*[1-35-7]$/m.test(info);
}

/** `mnt_id:	22` and `ino:	131` of proc_pid_fdinfo(5). */
function toInMount(info: string): string | null {
  const [, mount, inode] = /^mnt_id:\s*(\d+)\nino:\s*(\d+)$/m.exec(info) ?? [];
  return mount === undefined || inode === undefined ? null : `${mount} ${inode}`;
}
