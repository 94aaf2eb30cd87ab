import type { Mount } from './mountinfo.ts';

/**
 * The mounts that a path lookup still arrives at. A mount on the same point, or on a folder above it, hides what was
 * there before; a trim of the hidden path would trim the other filesystem.
 */
export function selectReachable({ mounts }: { readonly mounts: readonly Mount[] }): readonly Mount[] {
  const tree = plantTree(mounts);
  return mounts.filter((mount) => walk({ tree, path: mount.mountPoint }) === mount);
}

/** The mount that a file lies on; null where no mount leads to it. */
export function findMountOf({
  mounts,
  path,
}: {
  readonly mounts: readonly Mount[];
  readonly path: string;
}): Mount | null {
  return walk({ tree: plantTree(mounts), path });
}

/** Mounts by the mount they stand on and their mount point. */
interface MountTree {
  readonly onMount: ReadonlyMap<number, ReadonlyMap<string, Mount>>;
  /** The root, and mounts whose parent this process cannot see (chroot, a line left out). */
  readonly orphans: ReadonlyMap<string, Mount>;
}

function plantTree(mounts: readonly Mount[]): MountTree {
  const ids = new Set(mounts.map(({ id }) => id));
  const onMount = new Map<number, Map<string, Mount>>();
  const orphans = new Map<string, Mount>();
  for (const mount of mounts) {
    if (mount.parentId === mount.id || !ids.has(mount.parentId)) {
      orphans.set(mount.mountPoint, mount);
      continue;
    }
    const siblings = onMount.get(mount.parentId) ?? new Map<string, Mount>();
    siblings.set(mount.mountPoint, mount);
    onMount.set(mount.parentId, siblings);
  }
  return { onMount, orphans };
}

/** Walks a path as the kernel does: at every folder it steps onto the topmost mount there. */
function walk({ tree, path }: { readonly tree: MountTree; readonly path: string }): Mount | null {
  let current: Mount | null = null;
  const seen = new Set<Mount>();
  for (const folder of foldersTo(path)) {
    for (;;) {
      const here: Mount | undefined =
        (current === null ? undefined : tree.onMount.get(current.id)?.get(folder)) ?? tree.orphans.get(folder);
      if (here === undefined || seen.has(here)) break;
      seen.add(here);
      current = here;
    }
  }
  return current;
}

function foldersTo(path: string): readonly string[] {
  const names = path.split('/').filter((name) => name !== '');
  return ['/', ...names.map((_, index) => `/${names.slice(0, index + 1).join('/')}`)];
}
