import { formatDeviceNumber } from '../model/device-number.ts';
import type { HostFiles } from '../ports/host-files.ts';
import { type Mount, type MountsOfProcess, readMounts } from './mounts.ts';
import { resolveLinks } from './resolve-links.ts';

/**
 * The pool of an image that this host reads at a path below /proc/PID (`at`), as `findPool` finds it. `path` is its
 * name in the mount namespace of that process, whose mounts say which filesystem it is; where this host has not mounted
 * that, it is the mount of the process.
 */
export async function findPoolOfProcess({
  files,
  path,
  at,
  mounts,
  mountsOfProcess,
}: {
  files: HostFiles;
  path: string;
  at: string;
  /** Those of this host. */
  mounts: readonly Mount[];
  mountsOfProcess: MountsOfProcess;
}): Promise<{ readonly mount: Mount; readonly isHere: boolean } | null> {
  const status = await files.status(at);
  if (status === null) return null;
  const theirs = await mountsOfProcess(/^\/proc\/\d+/.exec(at)?.[0] ?? '');
  const device = formatDeviceNumber(status.device);
  const above = theirs.find((mount) => mount.device === device) ?? findAbove(theirs, path);
  if (above === null) return null;
  const here = toRepresentative(mounts, above.device);
  return { mount: here ?? above, isHere: here !== null };
}

/**
 * The pool an image is in: the mount of its filesystem, the same one for every image of that filesystem. Null when the
 * image is gone or in no mount. By st_dev; where that is not in mountinfo (btrfs gives each subvolume an anonymous
 * device, as overlayfs may) by the longest mount point above the image.
 */
export async function findPool({
  files,
  path,
  device: knownDevice,
  mounts: known,
}: {
  files: HostFiles;
  path: string;
  /** st_dev of the image, when it is known. */
  device?: number | null;
  /** Those of `readMounts`, when many images are asked for. */
  mounts?: readonly Mount[];
}): Promise<Mount | null> {
  const number = knownDevice ?? (await files.status(path))?.device;
  if (number === undefined) return null;
  const mounts = known ?? (await readMounts(files));
  const device = formatDeviceNumber(number);
  if (mounts.some((mount) => mount.device === device)) return toRepresentative(mounts, device);
  const above = findAbove(mounts, await resolveLinks({ files, path }));
  return above === null ? null : toRepresentative(mounts, above.device);
}

/** One filesystem can be mounted many times (bind mounts, subvolumes): the mount of its root, else the first. */
function toRepresentative(mounts: readonly Mount[], device: string): Mount | null {
  const same = mounts.filter((mount) => mount.device === device);
  return same.find(({ root }) => root === '/') ?? same[0] ?? null;
}

/** Of two mounts at one place the later hides the earlier. */
function findAbove(mounts: readonly Mount[], path: string): Mount | null {
  let best: Mount | null = null;
  for (const mount of mounts) {
    const prefix = mount.mountPoint === '/' ? '/' : `${mount.mountPoint}/`;
    if (path.startsWith(prefix) && mount.mountPoint.length >= (best?.mountPoint.length ?? 0)) best = mount;
  }
  return best;
}
