import type { HostFiles } from '../ports/host-files.ts';

/** A line of /proc/self/mountinfo (proc_pid_mountinfo(5)). */
export interface Mount {
  /** `8:1`: the same for every mount of one filesystem. */
  readonly device: string;
  /** What of the filesystem is mounted: `/`, or a folder or subvolume of it. */
  readonly root: string;
  readonly mountPoint: string;
  readonly kind: string;
  /** What was mounted, as whoever did it called it: `/dev/mapper/vg-lv`. */
  readonly source: string;
  /** Of the filesystem (`super options`), as it shows them: `vers=4.2` of NFS. */
  readonly options: readonly string[];
}

/** The mounts that this process sees. */
export async function readMounts(files: Pick<HostFiles, 'readText'>): Promise<readonly Mount[]> {
  return parseMounts((await files.readText('/proc/self/mountinfo')) ?? '');
}

/** Whoever starts a QEMU may give it a mount namespace, and mount in it. */
export const MOST_MOUNTINFO_BYTES = 4 * 1024 * 1024;

/** The mounts that another process sees, below /proc/PID. */
export type MountsOfProcess = (process: string) => Promise<readonly Mount[]>;

/**
 * Each process is read once, whichever of its images is asked about; one with too many mounts has none that are known.
 */
export function createMountsOfProcess(files: Pick<HostFiles, 'readText'>): MountsOfProcess {
  const known = new Map<string, Promise<readonly Mount[]>>();
  return (process) => {
    const before = known.get(process);
    if (before !== undefined) return before;
    const read = files
      .readText(`${process}/mountinfo`, MOST_MOUNTINFO_BYTES)
      .then((mountinfo) => parseMounts(mountinfo ?? ''));
    known.set(process, read);
    return read;
  };
}

export function parseMounts(mountinfo: string): readonly Mount[] {
  return mountinfo.split('\n').flatMap((line) => {
    const fields = line.split(' ');
    const [device, root, mountPoint] = [fields[2], fields[3], fields[4]];
    // The optional fields end at a single hyphen; the filesystem type follows it.
    const [kind, source = '', options = ''] = fields.slice(fields.indexOf('-', 6) + 1);
    if (device === undefined || root === undefined || mountPoint === undefined || kind === undefined) return [];
    return [
      {
        device,
        root: decodeField(root),
        mountPoint: decodeField(mountPoint),
        kind,
        source: decodeField(source),
        options: options.split(','),
      },
    ];
  });
}

/** The kernel writes space, tab, newline and backslash as three octal digits. */
function decodeField(field: string): string {
  return field.replace(/\\([0-7]{3})/g, (_, digits: string) => String.fromCharCode(Number.parseInt(digits, 8)));
}
