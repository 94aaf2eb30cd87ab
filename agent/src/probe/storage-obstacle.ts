import type { Obstacle } from '@trimtab/protocol';
import type { Storage } from './filesystem-kinds.ts';
import type { Mount } from './mountinfo.ts';

interface StorageQuery {
  readonly mount: Mount;
  readonly storage: Storage;
  /** Every mount that a path leads to, to name the filesystem under an overlay. */
  readonly reachable: readonly Mount[];
}

/** Why a filesystem of this kind cannot be trimmed, whatever its disk can do; null if kind is no hindrance. */
export function findStorageObstacle({ mount, storage, reachable }: StorageQuery): Obstacle | null {
  switch (storage) {
    case 'network':
      return {
        code: 'network',
        sentence: `${mount.kind}: its files are kept by another machine, or by the host.`,
        hint: 'Trim the filesystem that holds them, where they are kept.',
      };
    case 'overlay':
      return overlayObstacle({ mount, reachable });
    case 'without-fitrim':
      return withoutFitrimObstacle(mount);
    case 'elsewhere':
      return { code: 'not-a-block-device', sentence: `${mount.kind} does not stand on a block device.`, hint: null };
    case 'block':
    case 'nothing':
      return null;
  }
}

function overlayObstacle({ mount, reachable }: Pick<StorageQuery, 'mount' | 'reachable'>): Obstacle {
  const upper = mount.superOptions.find((option) => option.startsWith('upperdir=/'))?.slice('upperdir='.length) ?? null;
  const holder = upper === null ? null : findHolder({ path: upper, reachable });
  // The path is that of whoever mounted it: after switch_root, or in a container, it may lead back into the overlay.
  const below = holder === null || isSame(holder, mount) ? null : holder;
  return {
    code: 'overlay',
    sentence: `${mount.kind} has no disk of its own; its files are on the filesystem underneath.`,
    hint:
      below === null
        ? 'Trim the layer underneath.'
        : `Trim the layer underneath: ${below.kind} at ${below.mountPoint}, which holds its upper folder.`.slice(
            0,
            2000,
          ),
  };
}

/** The mount that a folder lies on: the one with the longest mount point above it. */
function findHolder({
  path,
  reachable,
}: {
  readonly path: string;
  readonly reachable: readonly Mount[];
}): Mount | null {
  const holders = reachable.filter(({ mountPoint }) => isInside({ path, folder: mountPoint }));
  return holders.sort((a, b) => b.mountPoint.length - a.mountPoint.length)[0] ?? null;
}

function isSame(a: Mount, b: Mount): boolean {
  return a.major === b.major && a.minor === b.minor;
}

function isInside({ path, folder }: { readonly path: string; readonly folder: string }): boolean {
  return folder === '/' || path === folder || path.startsWith(`${folder}/`);
}

function withoutFitrimObstacle({ kind }: Mount): Obstacle {
  const sentence = `${kind} has no FITRIM, the request that fstrim makes of a filesystem.`;
  return { code: 'no-fitrim', sentence, hint: null };
}
