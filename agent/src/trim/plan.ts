import type { Filesystem, Inventory, Problem } from '@trimtab/protocol';

export interface PlannedFilesystem {
  readonly mount: string;
  readonly kind: string;
  /** Whole disks below it, by kernel name. */
  readonly disks: readonly string[];
}

export interface TrimPlan {
  readonly filesystems: readonly PlannedFilesystem[];
  /** Every layer below any of them, once each. */
  readonly layers: readonly string[];
}

export type Planned =
  | { readonly ok: true; readonly plan: TrimPlan }
  | { readonly ok: false; readonly problem: Problem };

/** What a trim would touch: the mounts asked for, or, for null, every filesystem of the inventory without an obstacle. */
export function planTrim({ inventory, mounts }: { inventory: Inventory; mounts: readonly string[] | null }): Planned {
  const chosen: Filesystem[] = [];
  for (const mount of mounts ?? []) {
    const filesystem = inventory.filesystems.find((each) => each.mount === mount || each.alsoMountedAt.includes(mount));
    if (filesystem === undefined) return { ok: false, problem: unknownMount({ inventory, mount }) };
    if (filesystem.obstacle !== null) return { ok: false, problem: notTrimmable(filesystem) };
    if (!chosen.includes(filesystem)) chosen.push(filesystem);
  }
  if (mounts === null) chosen.push(...inventory.filesystems.filter((each) => each.obstacle === null));
  if (chosen.length === 0) return { ok: false, problem: nothingToTrim(inventory) };

  const filesystems = chosen.map((filesystem) => ({
    mount: filesystem.mount,
    kind: filesystem.kind,
    disks: findLayers(inventory, filesystem).filter((name) => isDisk(inventory, name)),
  }));
  const layers = [...new Set(chosen.flatMap((filesystem) => findLayers(inventory, filesystem)))];
  return { ok: true, plan: { filesystems, layers } };
}

/** From the filesystem's devices down; each once, though two may stand on one disk. */
function findLayers(inventory: Inventory, filesystem: Filesystem): string[] {
  const found = new Set<string>();
  const open = [...filesystem.devices];
  for (let name = open.shift(); name !== undefined; name = open.shift()) {
    if (found.has(name)) continue;
    found.add(name);
    open.push(...(inventory.layers.find((layer) => layer.name === name)?.below ?? []));
  }
  return [...found];
}

function isDisk(inventory: Inventory, name: string): boolean {
  return inventory.disks.some((disk) => disk.name === name);
}

function unknownMount({ inventory, mount }: { inventory: Inventory; mount: string }): Problem {
  const known = inventory.filesystems.filter((each) => each.obstacle === null).map((each) => each.mount);
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
