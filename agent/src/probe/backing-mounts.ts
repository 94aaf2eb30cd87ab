import type { Disk } from '@trimtab/protocol';
import type { FoundFilesystem } from './filesystems.ts';
import type { Mount } from './mountinfo.ts';
import { findMountOf } from './reachable-mounts.ts';

/**
 * Names for each loop device the filesystem that holds its file, by the mount that speaks for it: its space is in
 * there.
 */
export function addBackingMounts({
  disks,
  found,
  reachable,
}: {
  readonly disks: readonly Disk[];
  readonly found: readonly FoundFilesystem[];
  /** Every mount that a path leads to: a file may lie on a tmpfs, which is no filesystem of the inventory. */
  readonly reachable: readonly Mount[];
}): Disk[] {
  return disks.map((disk) => {
    if (disk.backingFile === null || !disk.backingFile.startsWith('/')) return disk;
    const mount = findMountOf({ mounts: reachable, path: disk.backingFile });
    const holder = found.find(
      ({ superblock: { speaker } }) => speaker.major === mount?.major && speaker.minor === mount.minor,
    );
    return { ...disk, backingMount: holder?.superblock.speaker.mountPoint ?? null };
  });
}
