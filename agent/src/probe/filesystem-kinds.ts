import type { KernelFiles } from '../ports/kernel-files.ts';

/** What a kind of filesystem keeps its files on, as far as a trim is concerned. */
export type Storage = 'block' | 'network' | 'overlay' | 'without-fitrim' | 'elsewhere' | 'nothing';

const NETWORK = new Set(
  (
    'nfs nfs4 cifs smb3 smbfs 9p ceph afs lustre virtiofs vboxsf prl_fs vmhgfs beegfs orangefs pvfs2 coda ncpfs ' +
    'fuse.sshfs fuse.glusterfs fuse.ceph fuse.ceph-fuse fuse.s3fs fuse.rclone fuse.davfs fuse.vmhgfs-fuse fuse.curlftpfs'
  ).split(' '),
);

const OVERLAY = new Set('overlay overlayfs aufs ecryptfs fuse.fuse-overlayfs fuse.mergerfs fuse.unionfs'.split(' '));

const WITHOUT_FITRIM = new Set('squashfs iso9660 udf erofs cramfs romfs zfs fuse.snapfuse fuse.squashfuse'.split(' '));

const ELSEWHERE = new Set('jffs2 ubifs yaffs2'.split(' '));

/**
 * Views of the kernel or of a program. Most are `nodev` in /proc/filesystems too; this list stands when that is
 * unreadable.
 */
const NOTHING = new Set(
  (
    'autofs bdev binder binfmt_misc bpf cgroup cgroup2 configfs cpuset debugfs devfs devpts devtmpfs efivarfs fusectl ' +
    'hugetlbfs mqueue nfsd none nsfs pipefs proc pstore ramfs resctrl rootfs rpc_pipefs securityfs selinuxfs smackfs ' +
    'sockfs sysfs tmpfs tracefs fuse.lxcfs fuse.gvfsd-fuse fuse.portal fuse.vmware-vmblock'
  ).split(' '),
);

interface KindQuery {
  readonly kind: string;
  /** The kinds that /proc/filesystems marks `nodev`. */
  readonly nodevKinds: ReadonlySet<string>;
}

export function classifyKind({ kind, nodevKinds }: KindQuery): Storage {
  if (NETWORK.has(kind)) return 'network';
  if (OVERLAY.has(kind)) return 'overlay';
  if (WITHOUT_FITRIM.has(kind)) return 'without-fitrim';
  if (ELSEWHERE.has(kind)) return 'elsewhere';
  if (NOTHING.has(kind)) return 'nothing';
  // A filesystem in user space: whatever it stores is its program's own affair. `fuseblk` is the one with a block
  // device.
  if (kind === 'fuse' || kind.startsWith('fuse.')) return 'elsewhere';
  return nodevKinds.has(kind) ? 'nothing' : 'block';
}

/** The kinds without a block device, from /proc/filesystems (proc_filesystems(5)). */
export async function readNodevKinds({ files }: { readonly files: KernelFiles }): Promise<ReadonlySet<string>> {
  const lines = ((await files.readText('/proc/filesystems')) ?? '').split('\n');
  const kinds = lines.map((line) => line.split('\t')).filter(([flag]) => flag === 'nodev');
  return new Set(kinds.map(([, kind]) => kind ?? ''));
}
