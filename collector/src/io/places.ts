import { readFileSync } from 'node:fs';
import { dirname } from 'node:path';
import type { NamedPlace } from './turns.ts';

/** A filesystem that was mounted since is known so late. */
const FRESH_MS = 2_000;

/**
 * Which part of this host answers for a path: the mount above it, by name alone, for to ask would be to wait; of the
 * root filesystem the folder, since a link in it may lead to any other. In /dev each device is on its own. Of /proc/PID
 * the process: its command line is read from its memory, and its root may be anything.
 */
export function createPlaces(): { placeOf(path: string): NamedPlace } {
  let mounts: ReadonlyMap<string, Mount> = new Map();
  let untilMs = Number.NEGATIVE_INFINITY;

  return {
    placeOf(path) {
      const process = /^\/proc\/\d+(?=\/)/.exec(path)?.[0];
      // Its root may be anybody's.
      if (process !== undefined) return { name: process, device: process, isRemote: true };
      if (performance.now() > untilMs) {
        mounts = readMounts();
        untilMs = performance.now() + FRESH_MS;
      }
      for (let at = path; at !== '/' && at !== '.'; at = dirname(at)) {
        const mount = mounts.get(at);
        if (at === '/dev' && mount !== undefined) return { name: path, device: path, isRemote: true };
        if (mount !== undefined) return { name: at, device: mount.device, isRemote: !LOCAL.has(mount.kind) };
      }
      return { name: dirname(path), device: mounts.get('/')?.device ?? '/', isRemote: false };
    },
  };
}

interface Mount {
  readonly kind: string;
  /** Its number: that of each mount of one filesystem. */
  readonly device: string;
}

/** Filesystems that ask nobody but this host's own disks and memory. */
const LOCAL: ReadonlySet<string> = new Set([
  ...['ext2', 'ext3', 'ext4', 'xfs', 'btrfs', 'bcachefs', 'f2fs', 'zfs', 'vfat'],
  ...['tmpfs', 'ramfs', 'overlay', 'squashfs', 'proc', 'sysfs'],
]);

/**
 * Each mount by its mount point, out of proc_pid_mountinfo(5), which the kernel knows: the fifth field, which has spaces
 * and the like as octal digits; the device is the third, and the kind the first one behind the hyphen.
 */
function readMounts(): ReadonlyMap<string, Mount> {
  try {
    const lines = readFileSync('/proc/self/mountinfo', 'utf8').split('\n');
    return new Map(
      lines.flatMap((line) => {
        const [, , device, , point] = line.split(' ', 5);
        const kind = / - (\S+)/.exec(line)?.[1];
        if (device === undefined || point === undefined || kind === undefined) return [];
        return [[decode(point), { kind, device }] as const];
      }),
    );
  } catch {
    return new Map();
  }
}

function decode(point: string): string {
  return point.replace(/\\([0-7]{3})/g, (_, octal) => String.fromCharCode(Number.parseInt(octal, 8)));
}
