import type { Disk } from '../../wire/model/disk.ts';
import type { Filesystem } from '../../wire/model/filesystem.ts';
import { stacksOf } from '../../wire/model/filesystem-stack.ts';
import type { Inventory } from '../../wire/model/inventory.ts';
import { indexOf, oncePerInventory } from '../../wire/model/inventory-index.ts';
import type { Layer } from '../../wire/model/layer.ts';
import { disksAmong, layersBelow } from '../../wire/model/layers-below.ts';
import type { Evidence } from '../cause.ts';
import { canBeWritten } from './writable.ts';

/** A layer that refuses discards by itself, below a filesystem that would send some. */
export interface Refusal {
  readonly filesystem: Filesystem;
  readonly layer: Layer;
  /** The layer's own entry among the whole disks; null if it is none. */
  readonly disk: Disk | null;
  /** The layers that it stands on itself. All of them take discards, as far as is known. */
  readonly below: readonly Layer[];
  /**
   * Those above it that have their limits of 0 from there, the lower ones first: a dm device keeps them until its table
   * is loaded anew.
   */
  readonly inheriting: readonly Layer[];
  /**
   * The whole disks that get no discards because of it: what lies below it, or beside it in a volume that now refuses
   * as a whole.
   */
  readonly disks: readonly string[];
}

/**
 * Documentation/ABI/stable/sysfs-block. What is in force is discard_max_bytes: a thin volume of Linux 6.1 has 16 GiB
 * there, takes discards, and says 0 in discard_max_hw_bytes. What could not be read refuses nothing.
 */
export function refuses({ discard }: Pick<Layer, 'discard'>): boolean {
  return discard.granularityBytes === 0 || (discard.maxBytes ?? discard.maxHwBytes) === 0;
}

/** Each reason once a filesystem: what stands above a refusing layer has its limits from there, and is not at fault. */
export const refusalsIn = oncePerInventory((inventory): readonly Refusal[] =>
  stacksOf(inventory)
    .filter((stack) => canBeWritten(stack))
    .flatMap(({ filesystem, layers }) => {
      const refusing = layers.filter(refuses);
      return refusingByThemselves(refusing).map((layer) => toRefusal({ inventory, filesystem, layer, refusing }));
    }),
);

/** Those of a filesystem's layers that refuse discards by themselves: a limit of 0 is inherited upwards. */
function refusingByThemselves(refusing: readonly Layer[]): readonly Layer[] {
  const names = new Set(refusing.map(({ name }) => name));
  return refusing.filter(({ below }) => !below.some((name) => names.has(name)));
}

function toRefusal(seen: {
  inventory: Inventory;
  filesystem: Filesystem;
  layer: Layer;
  refusing: readonly Layer[];
}): Refusal {
  const { inventory, filesystem, layer, refusing } = seen;
  const { layers, disks } = indexOf(inventory);
  const inheriting = findInheriting({ layer, refusing });
  // dm takes discards only where every device below a target does (drivers/md/dm-table.c, dm_table_supports_discards).
  const concerned = [layer, ...inheriting].map(({ name }) => name);
  return {
    filesystem,
    layer,
    disk: disks.get(layer.name) ?? null,
    below: layer.below.flatMap((name) => layers.get(name) ?? []),
    inheriting,
    disks: disksAmong(inventory, layersBelow(inventory, concerned)),
  };
}

/** Nothing real has more layers on top of one, and a guest may send what it likes. */
export const MOST_INHERITING = 16;

/** Each after all of these that it stands on. */
function findInheriting({ layer, refusing }: { layer: Layer; refusing: readonly Layer[] }): readonly Layer[] {
  const names = new Set([layer.name]);
  const above: Layer[] = [];
  // A set keeps the order of what was added, and a loop over it goes on to what is added meanwhile.
  for (const name of names)
    for (const each of refusing) {
      if (above.length >= MOST_INHERITING || names.has(each.name) || !each.below.includes(name)) continue;
      names.add(each.name);
      above.push(each);
    }
  const ordered: Layer[] = [];
  for (let rest = above; rest.length > 0; rest = rest.filter((each) => !ordered.includes(each))) {
    const next = rest.find(({ below }) => !rest.some(({ name }) => below.includes(name))) ?? rest[0];
    if (next !== undefined) ordered.push(next);
  }
  return ordered;
}

/**
 * Somebody wrote 0: the device could do more (`discard_max_bytes` is writable, `discard_max_hw_bytes` is what there
 * is). Linux 6.18 then shows a granularity of 0 as well, 6.1 does not (blk_validate_limits in block/blk-settings.c).
 */
export function isLimitedToZero({ discard }: Layer): boolean {
  return discard.maxBytes === 0 && (discard.maxHwBytes ?? 0) > 0;
}

/** The limits that say no, as /sys has them. */
export function refusalEvidence({ name, discard }: Layer): readonly Evidence[] {
  const limits = [
    ['discard_granularity', discard.granularityBytes],
    ['discard_max_bytes', discard.maxBytes],
    ['discard_max_hw_bytes', discard.maxHwBytes],
  ] as const;
  return limits
    .filter(([, value]) => value !== null)
    .map(([limit, value]) => ({ fact: `${limit} of ${name}`, value: String(value) }));
}
