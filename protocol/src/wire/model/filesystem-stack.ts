import type { Filesystem } from './filesystem.ts';
import { oncePerInventory } from './inventory-index.ts';
import type { Layer } from './layer.ts';
import { disksAmong, layersBelow } from './layers-below.ts';

/** A filesystem with the layers below it, the upper ones first, and the whole disks among them, by kernel name. */
export interface FilesystemStack {
  readonly filesystem: Filesystem;
  readonly layers: readonly Layer[];
  readonly disks: readonly string[];
}

/**
 * In all stacks together. A guest with 1,000 filesystems on LVM has half as many; one that sends more has its last
 * stacks empty.
 */
export const MOST_LAYERS_IN_ALL = 10_000;

/** Every filesystem of the inventory with what it stands on, in the inventory's order. */
export const stacksOf = oncePerInventory((inventory): readonly FilesystemStack[] => {
  let layersInAll = 0;
  return inventory.filesystems.map((filesystem) => {
    const layers = layersInAll < MOST_LAYERS_IN_ALL ? layersBelow(inventory, filesystem.devices) : [];
    layersInAll += layers.length;
    return { filesystem, layers, disks: disksAmong(inventory, layers) };
  });
});
