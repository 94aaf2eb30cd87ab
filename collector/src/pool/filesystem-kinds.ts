import { NFS_LAG_MS, ZFS_LAG_MS } from '../model/lag.ts';
import type { PoolState } from '../model/pool.ts';
import type { Mount } from './mounts.ts';

type Kind = Omit<PoolState, 'key' | 'sizeBytes' | 'freeBytes' | 'capacityBytes' | 'allocationBytes' | 'overcommit'>;

/**
 * QEMU's default, werror=enospc (qapi/block-core.json): the guest is paused, and goes on when there is room and
 * somebody resumes it.
 */
const NO_SPACE = 'ENOSPC: QEMU pauses the guest';

/** What a mounted filesystem is as a pool. */
export function describeFilesystem(mount: Mount | null): Kind {
  const kind = mount?.kind ?? 'unknown';
  return {
    kind,
    metadata: null,
    chunkBytes: null,
    discards: null,
    whenFull: NO_SPACE,
    nfsVersion: isNfs(kind) ? readNfsVersion(mount) : null,
    reflink: REFLINK.get(kind) ?? null,
  };
}

/**
 * xfs is missing: only its superblock tells (reflink=1 or 0), and the device is not opened for that. So are zfs and
 * NFS: it depends on their versions at both ends.
 */
const REFLINK: ReadonlyMap<string, boolean> = new Map([
  ['btrfs', true],
  ['ext2', false],
  ['ext3', false],
  ['ext4', false],
  ['tmpfs', false],
]);

/** How long after a change stat(2) may still tell the old allocation of a file on this filesystem. */
export function toLagMs({ kind }: Mount): number {
  if (isNfs(kind)) return NFS_LAG_MS;
  return kind === 'zfs' ? ZFS_LAG_MS : 0;
}

function isNfs(kind: string): boolean {
  return kind === 'nfs' || kind === 'nfs4';
}

function readNfsVersion(mount: Mount | null): string | null {
  return mount?.options.find((option) => option.startsWith('vers='))?.slice('vers='.length) ?? null;
}
