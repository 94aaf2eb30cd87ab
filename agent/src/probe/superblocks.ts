import type { Mount } from './mountinfo.ts';

/** One mounted filesystem with all its reachable mounts. */
export interface Superblock {
  /** The mount that speaks for it. */
  readonly speaker: Mount;
  /** Its other mount points, sorted, none twice. */
  readonly alsoMountedAt: readonly string[];
}

/** Groups mounts by their superblock's device number, in the order of the mount points that speak for them. */
export function groupBySuperblock({ mounts }: { readonly mounts: readonly Mount[] }): readonly Superblock[] {
  const groups = Map.groupBy(mounts, ({ major, minor }) => `${major}:${minor}`);
  return [...groups.values()]
    .map(toSuperblock)
    .filter((superblock) => superblock !== null)
    .sort((a, b) => compareText(a.speaker.mountPoint, b.speaker.mountPoint));
}

function toSuperblock(mounts: readonly Mount[]): Superblock | null {
  const [speaker, ...others] = mounts.toSorted(compareMounts);
  if (speaker === undefined) return null;
  const points = new Set(others.map(({ mountPoint }) => mountPoint));
  points.delete(speaker.mountPoint);
  return { speaker, alsoMountedAt: [...points].sort(compareText) };
}

/**
 * Read-write first, as fstrim leaves read-only mounts out; then the one that shows the root; then the shortest path.
 */
function compareMounts(a: Mount, b: Mount): number {
  return (
    Number(isReadOnly(a)) - Number(isReadOnly(b)) ||
    Number(a.root !== '/') - Number(b.root !== '/') ||
    a.mountPoint.length - b.mountPoint.length
  );
}

function isReadOnly({ options }: Mount): boolean {
  return options.includes('ro');
}

function compareText(a: string, b: string): number {
  return a < b ? -1 : Number(a > b);
}
