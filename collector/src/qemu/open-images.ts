import type { Domain, HostDisk } from '../model/domain.ts';
import type { FileStatus, HostFiles } from '../ports/host-files.ts';
import type { SourceFinding } from '../ports/host-source.ts';

/**
 * Disks whose image their QEMU does not hold open as it would to write to it: a snapshot or a block job moved the disk
 * since the start (the old image stays open for reading, as backing file), or the image was deleted or replaced. Nothing is
 * said where /proc/PID/fd may not be read.
 */
export async function findMovedImages({
  files,
  domain,
}: {
  files: HostFiles;
  domain: Domain;
}): Promise<readonly SourceFinding[]> {
  const disks = domain.disks.filter(({ storage }) => storage !== 'network');
  if (disks.length === 0) return [];
  const open = await readOpenFiles(files, `/proc/${domain.pid}`);
  if (open.length === 0) return [];
  const findings = await Promise.all(
    disks.map(async (disk) => {
      const status = await files.status(disk.image);
      const isHeld = open.some((file) => isSame(file.status, status) && (file.isWritable || disk.readOnly));
      return isHeld ? [] : [toFinding(domain, disk, status)];
    }),
  );
  return findings.flat();
}

interface OpenFile {
  readonly status: FileStatus;
  readonly isWritable: boolean;
}

async function readOpenFiles(files: HostFiles, process: string): Promise<readonly OpenFile[]> {
  const names = await files.list(`${process}/fd`);
  const open = await Promise.all(
    names.map(async (name) => {
      const status = await files.status(`${process}/fd/${name}`);
      const info = status === null ? null : await files.readText(`${process}/fdinfo/${name}`);
      return status === null || info === null ? [] : [{ status, isWritable: isWritable(info) }];
    }),
  );
  return open.flat();
}

/** `flags:	02100002` of proc_pid_fdinfo(5), octal; the access mode is its last two bits, and O_RDONLY is 0. */
function isWritable(info: string): boolean {
  return /^flags:\s*[0-7]*[1-35-7]$/m.test(info);
}

function isSame(one: FileStatus, other: FileStatus | null): boolean {
  return one.device === other?.device && one.inode === other.inode;
}

function toFinding({ key, name }: Domain, { id, image }: HostDisk, status: FileStatus | null): SourceFinding {
  return {
    subject: `${name}, disk ${id}`,
    sentence:
      status === null
        ? `QEMU was started with the image ${image}, which is not there: deleted, moved, or in another mount namespace.`
        : `QEMU was started with the image ${image} and does not write to it now: a snapshot or a block job moved the disk.`,
    staleDisk: { domain: key, disk: id },
    hint: 'The monitor command `info block` names the image in use; a restart of the guest brings the two together.',
  };
}
