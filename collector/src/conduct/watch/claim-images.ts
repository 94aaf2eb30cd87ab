import type { ImageFolder } from '../../pool/unclaimed-images.ts';
import type { HostReading } from '../survey/host-reading.ts';

export interface Claims {
  readonly claimed: ReadonlySet<string>;
  readonly folders: readonly ImageFolder[];
}

/**
 * Every path that a guest is known to have, and the folders of image files. A folder with an image that could not be
 * read is left out: what stands in that one's header, and is a base of it, would be called nobody's.
 */
export function claimImages({ host, imageOf }: HostReading): Claims {
  const claimed = new Set<string>();
  const pools = new Map<string, string | null>();
  const unread = new Set<string>();
  for (const disk of host.domains.flatMap(({ disks }) => disks)) {
    if (disk.storage !== 'file' && disk.storage !== 'part') continue;
    const { state } = imageOf(disk);
    const own = [disk.image, ...(disk.dataFile == null ? [] : [disk.dataFile])];
    const below =
      state === null ? [] : [...state.backingChain, ...(state.dataFile === undefined ? [] : [state.dataFile])];
    for (const path of [...own, ...below]) claimed.add(path);
    const folder = folderOf(disk.image);
    if (state === null) unread.add(folder);
    // What QEMU has open in another root lies in a folder of that.
    else if (state.at === state.path && state.kind === 'file') pools.set(folder, state.pool);
  }
  const folders = [...pools].filter(([path]) => !unread.has(path) && !isKernels(path));
  return { claimed, folders: folders.map(([path, pool]) => ({ path, pool })) };
}

function folderOf(path: string): string {
  return path.slice(0, Math.max(1, path.lastIndexOf('/')));
}

/** Whoever starts a QEMU names its images. */
function isKernels(path: string): boolean {
  return /^\/(?:dev|proc|sys)(?:\/|$)/.test(path);
}
