import type { Disk } from '../../wire/model/disk.ts';
import type { Filesystem } from '../../wire/model/filesystem.ts';
import type { Layer } from '../../wire/model/layer.ts';
import type { Evidence } from '../cause.ts';
import { indexOf, oncePerInventory } from './inventory-index.ts';
import { disksAmong, layersBelow, refusingByThemselves, stacksOf } from './layers-below.ts';
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
