import { existsSync } from 'node:fs';
import { createRequire } from 'node:module';
import { dirname, join } from 'node:path';
import type { MachinePackage } from '../machine/packages.ts';

/** What this machine needs to build and run guests. Everything else used here is in every Debian. */
export const GUEST_PACKAGES: readonly MachinePackage[] = [
  { name: 'qemu-system-x86', command: 'qemu-system-x86_64' },
  { name: 'qemu-utils', command: 'qemu-img' },
  { name: 'squashfs-tools', command: 'mksquashfs' },
  { name: 'busybox-static', command: 'busybox' },
  { name: 'kmod', command: 'depmod' },
  { name: 'e2fsprogs', command: 'mkfs.ext4' },
  { name: 'xfsprogs', command: 'mkfs.xfs' },
  { name: 'btrfs-progs', command: 'mkfs.btrfs' },
  { name: 'f2fs-tools', command: 'mkfs.f2fs' },
];

/** This host's own programs that go into every guest, so that no guest distribution has to be downloaded. */
export const REQUIRED_TOOLS = [
  ...[
    'dash',
    'bash',
    'busybox',
    'modprobe',
    'insmod',
    'rmmod',
    'lsmod',
    'mount',
    'umount',
    'findmnt',
    'lsblk',
    'blkid',
    'losetup',
    'unshare',
    'nsenter',
  ],
  ...[
    'fstrim',
    'blkdiscard',
    'fallocate',
    'wipefs',
    'flock',
    'dd',
    'sync',
    'df',
    'stat',
    'truncate',
    'shred',
    'timeout',
  ],
  ...['mkfs.ext4', 'tune2fs', 'dumpe2fs', 'e2fsck', 'mkfs.xfs', 'mkfs.btrfs', 'btrfs', 'mkfs.f2fs'],
];

/** Taken when this host has them: a test that needs one calls ensurePackages for its package before prepareGuest. */
export const OPTIONAL_TOOLS = [
  ...['dmsetup', 'lvm', 'pvcreate', 'vgcreate', 'vgchange', 'lvcreate', 'lvremove', 'lvchange', 'lvs', 'vgs', 'pvs'],
  ...['cryptsetup', 'integritysetup', 'mdadm', 'openssl', 'sfdisk', 'xfs_io', 'strace'],
];

/** Files of this host that a tool above reads. */
export const CONFIGURATION = ['/etc/mke2fs.conf', '/etc/protocols', '/etc/services'];

/** The Node the guest runs: the one the workspace installs from npm, else the one running now. */
export function nodeBinary(): string {
  const require = createRequire(import.meta.url);
  try {
    const packagePath = require.resolve(`node-linux-${process.arch}/package.json`);
    const path = join(dirname(packagePath), 'bin/node');
    if (existsSync(path)) return path;
  } catch {
    // Not installed: it is an optional dependency.
  }
  return process.execPath;
}
