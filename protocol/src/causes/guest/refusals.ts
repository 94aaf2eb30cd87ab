import type { Disk } from '../../wire/model/disk.ts';
import type { Filesystem } from '../../wire/model/filesystem.ts';
import { stacksOf } from '../../wire/model/filesystem-stack.ts';
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
  /** The whole disks that the refusal concerns: those below the layer, or itself. */
  readonly disks: readonly string[];
}

/** Documentation/ABI/stable/sysfs-block: 0 in any of the three is a no. What could not be read refuses nothing. */
export function refuses({ discard }: Pick<Layer, 'discard'>): boolean {
  return discard.granularityBytes === 0 || discard.maxBytes === 0 || discard.maxHwBytes === 0;
}

/** Each reason once a filesystem: what stands above a refusing layer has its limits from there, and is not at fault. */
export const refusalsIn = oncePerInventory((inventory): readonly Refusal[] =>
  stacksOf(inventory)
    .filter((stack) => canBeWritten(stack))
    .flatMap(({ filesystem, layers }) =>
      refusingByThemselves(layers).map((layer) => ({
        filesystem,
        layer,
        disk: indexOf(inventory).disks.get(layer.name) ?? null,
        disks: disksAmong(inventory, layersBelow(inventory, [layer.name])),
      })),
    ),
);

/** Those of a filesystem's layers that refuse discards by themselves: a limit of 0 is inherited upwards. */
function refusingByThemselves(layers: readonly Layer[]): readonly Layer[] {
  const refusing = layers.filter(refuses);
  const names = new Set(refusing.map(({ name }) => name));
  return refusing.filter(({ below }) => !below.some((name) => names.has(name)));
}

/**
 * Somebody wrote 0: the device could do more (`discard_max_bytes` is writable, `discard_max_hw_bytes` is what there is). Linux 6.18 then
 * shows a granularity of 0 as well, 6.1 does not (blk_validate_limits in block/blk-settings.c).
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
