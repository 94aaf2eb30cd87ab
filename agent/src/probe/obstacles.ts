import { type Layer, type Obstacle, TEXT_LIMIT } from '@trimtab/protocol';
import { findDiscardObstacle } from './discard-obstacle.ts';
import type { Storage } from './filesystem-kinds.ts';
import type { Mount } from './mountinfo.ts';
import { findStorageObstacle } from './storage-obstacle.ts';
import type { Superblock } from './superblocks.ts';

export interface ObstacleQuery {
  readonly superblock: Superblock;
  readonly storage: Storage;
  readonly devices: readonly string[];
  readonly layers: ReadonlyMap<string, Layer>;
  readonly reachable: readonly Mount[];
  /** Mount points that /etc/fstab takes out. */
  readonly optedOut: ReadonlySet<string>;
}

/**
 * The first reason why a filesystem cannot be trimmed, or null; what nobody can change comes before what somebody
 * chose.
 */
export function findObstacle(query: ObstacleQuery): Obstacle | null {
  const mount = query.superblock.speaker;
  return (
    findStorageObstacle({ mount, storage: query.storage, reachable: query.reachable }) ??
    findMissingDevice({ mount, devices: query.devices }) ??
    findReadOnly(query) ??
    findOptOut(query) ??
    findDiscardObstacle(query)
  );
}

function findMissingDevice({
  mount,
  devices,
}: {
  readonly mount: Mount;
  readonly devices: readonly string[];
}): Obstacle | null {
  if (devices.length > 0) return null;
  const sentence = `No block device is known for it: ${mount.major}:${mount.minor} is not in /sys/dev/block.`;
  return { code: 'not-a-block-device', sentence, hint: null };
}

/**
 * The superblock's options decide (the last field of mountinfo): a mount of it may be read-only for this process alone,
 * as systemd's ProtectSystem= makes it, and FITRIM works there all the same. fstrim -a leaves read-only filesystems
 * out, too.
 */
function findReadOnly({ superblock, devices, layers }: ObstacleQuery): Obstacle | null {
  const { options, superOptions, kind, mountPoint } = superblock.speaker;
  const device = devices.find((name) => layers.get(name)?.readOnly === true);
  if (device !== undefined) {
    const sentence = `Its device is read-only: /sys/class/block/${device}/ro is 1.`;
    return { code: 'read-only', sentence, hint: null };
  }
  if (superOptions.includes('ro'))
    return {
      code: 'read-only',
      sentence: 'It is mounted read-only.',
      hint: 'Remount it read-write to have it trimmed.',
    };
  if (!options.includes('ro') || !NEEDS_WRITABLE_MOUNT.test(kind)) return null;
  return {
    code: 'read-only',
    sentence: `Its filesystem can be written, and the mount that the agent sees cannot: ${kind} trims only through one that can.`,
    hint: `If the agent’s unit protects it (ProtectSystem=, ReadOnlyPaths=), add to that unit: ReadWritePaths=${mountPoint}`.slice(
      0,
      TEXT_LIMIT,
    ),
  };
}

/** f2fs asks for write access to the mount first (fs/f2fs/file.c, f2fs_ioc_fitrim: mnt_want_write_file). */
const NEEDS_WRITABLE_MOUNT = /^f2fs$/;

function findOptOut({ superblock, optedOut }: ObstacleQuery): Obstacle | null {
  const points = [superblock.speaker.mountPoint, ...superblock.alsoMountedAt];
  const point = points.find((mountPoint) => optedOut.has(mountPoint));
  if (point === undefined) return null;
  return {
    code: 'opted-out',
    sentence: '/etc/fstab takes it out of every trim with X-fstrim.notrim.',
    hint: 'Take X-fstrim.notrim out of its line in /etc/fstab.',
  };
}
