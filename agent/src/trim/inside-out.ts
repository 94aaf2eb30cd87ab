import { disksAmong, type Filesystem, type Inventory, layersBelow } from '@trimtab/protocol';

export interface Ordered {
  readonly filesystem: Filesystem;
  /**
   * It holds the file of a loop device whose filesystem comes before it: what that gave up is free space here only
   * then.
   */
  readonly isHolder: boolean;
}

/**
 * A filesystem on a loop device comes before the one that holds its file: what it discards punches holes into that
 * file, and a trim of the holder can send only what is free by then. Otherwise the order stays as it was. A file cannot
 * hold the filesystem that it lies on; an inventory that says so ends the search all the same, since each filesystem is
 * entered once.
 */
export function orderInsideOut({
  inventory,
  filesystems,
}: {
  readonly inventory: Inventory;
  readonly filesystems: readonly Filesystem[];
}): readonly Ordered[] {
  const inside = Map.groupBy(
    filesystems.flatMap((filesystem) => holdersOf({ inventory, filesystem }).map((mount) => ({ mount, filesystem }))),
    ({ mount }) => mount,
  );
  const entered = new Set<Filesystem>();
  const ordered: Ordered[] = [];
  for (const filesystem of filesystems) enter(filesystem);
  return ordered;

  function enter(filesystem: Filesystem): void {
    if (entered.has(filesystem)) return;
    entered.add(filesystem);
    const held = inside.get(filesystem.mount) ?? [];
    for (const each of held) enter(each.filesystem);
    ordered.push({ filesystem, isHolder: held.length > 0 });
  }
}

/** The mounts that hold the files of the loop devices below a filesystem. */
function holdersOf({
  inventory,
  filesystem,
}: {
  readonly inventory: Inventory;
  readonly filesystem: Filesystem;
}): readonly string[] {
  const disks = new Set(disksAmong(inventory, layersBelow(inventory, filesystem.devices)));
  return inventory.disks.flatMap(({ name, backingMount }) =>
    backingMount !== null && backingMount !== filesystem.mount && disks.has(name) ? [backingMount] : [],
  );
}
