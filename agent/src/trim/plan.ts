import { disksAmong, type Filesystem, type Inventory, layersBelow, type Problem } from '@trimtab/protocol';
import { orderInsideOut } from './inside-out.ts';

export interface PlannedFilesystem {
  readonly mount: string;
  readonly kind: string;
  /** Whole disks below it, by kernel name. */
  readonly disks: readonly string[];
  /** A filesystem in a file of it is trimmed before it: what that gave up has to be committed here first. */
  readonly isHolder: boolean;
  /** Set where what ext4 believes to be trimmed shall be discarded again. */
  readonly again: Again | null;
}

/**
 * How ext4 is made to discard again what it believes it has trimmed: with `fstrim -m` this large, then plain fstrim. It
 * skips a group only while the smallest run asked for is at least that of the last trim (fs/ext4/mballoc.c,
 * s_last_trim_minblks).
 */
export interface Again {
  /**
   * Half a block group: larger than what the last trim asked for, and not above a group, which is refused with EINVAL.
   */
  readonly minimumBytes: number;
  /** Why that cannot work here; null if it can. */
  readonly obstacle: string | null;
}

export interface TrimPlan {
  /** In the order in which they are trimmed. */
  readonly filesystems: readonly PlannedFilesystem[];
  /** Every layer below any of them, once each. */
  readonly layers: readonly string[];
}

export type Planned =
  | { readonly kind: 'planned'; readonly plan: TrimPlan }
  | { readonly kind: 'refused'; readonly problem: Problem };

/**
 * Is fstrim run on it? Also where a layer says that it takes no discards: the kernel's own `unsupported`, with the
 * cause beside it, is the answer that a person needs. With every other obstacle somebody or something stands in the way
 * that a trim respects.
 */
function canTry({ obstacle }: Filesystem): boolean {
  return obstacle === null || obstacle.code === 'no-discard';
}

/** What a trim would touch: the mounts asked for, or, for null, every filesystem of the inventory that can be tried. */
export function planTrim({ inventory, mounts }: { inventory: Inventory; mounts: readonly string[] | null }): Planned {
  const chosen: Filesystem[] = [];
  for (const mount of mounts ?? []) {
    const filesystem = inventory.filesystems.find((each) => each.mount === mount || each.alsoMountedAt.includes(mount));
    if (filesystem === undefined) return { kind: 'refused', problem: unknownMount({ inventory, mount }) };
    if (!canTry(filesystem)) return { kind: 'refused', problem: notTrimmable(filesystem) };
    if (!chosen.includes(filesystem)) chosen.push(filesystem);
  }
  if (mounts === null) chosen.push(...inventory.filesystems.filter(canTry));
  if (chosen.length === 0) return { kind: 'refused', problem: nothingToTrim(inventory) };

  const filesystems: PlannedFilesystem[] = [];
  const layers = new Set<string>();
  for (const { filesystem, isHolder } of orderInsideOut({ inventory, filesystems: chosen })) {
    const { mount, kind, devices } = filesystem;
    const below = layersBelow(inventory, devices);
    for (const { name } of below) layers.add(name);
    filesystems.push({
      mount,
      kind,
      disks: disksAmong(inventory, below),
      isHolder,
      again: null,
    });
  }
  return { kind: 'planned', plan: { filesystems, layers: [...layers] } };
}

function unknownMount({ inventory, mount }: { inventory: Inventory; mount: string }): Problem {
  const known = inventory.filesystems.filter(canTry).map((each) => each.mount);
  return {
    code: 'unknown-mount',
    operation: 'trim',
    subject: mount.slice(0, 500),
    cause: 'no filesystem of this guest is mounted there',
    hint: known.length === 0 ? null : `It can trim: ${known.join(', ')}.`.slice(0, 1000),
  };
}

function notTrimmable({ mount, obstacle }: Filesystem): Problem {
  return {
    code: 'not-trimmable',
    operation: 'trim',
    subject: mount.slice(0, 500),
    cause: obstacle?.sentence ?? 'it cannot be trimmed',
    hint: obstacle?.hint ?? null,
  };
}

function nothingToTrim(inventory: Inventory): Problem {
  const reasons = inventory.filesystems.flatMap(({ mount, obstacle }) =>
    obstacle === null || obstacle.code === 'not-a-block-device' ? [] : [`${mount}: ${obstacle.sentence}`],
  );
  return {
    code: 'nothing-to-trim',
    operation: 'trim',
    subject: 'this guest',
    cause: 'no mounted filesystem can be trimmed',
    hint: reasons.length === 0 ? null : reasons.slice(0, 5).join('; ').slice(0, 1000),
  };
}
