import type { Inventory } from './inventory.ts';
import { indexOf } from './inventory-index.ts';
import type { Layer } from './layer.ts';

/** Nothing real stands on more layers, and a guest may send what it likes: what is beyond is not followed. */
export const MOST_BELOW = 256;

/**
 * Every layer below these devices, themselves included, the upper ones first; each once, also where layers stand in a
 * circle.
 */
export function layersBelow(inventory: Inventory, devices: readonly string[]): readonly Layer[] {
  const { layers } = indexOf(inventory);
  const found = new Map<string, Layer>();
  // A set keeps the order of what was added, and a loop over it goes on to what is added meanwhile.
  const names = new Set(devices.slice(0, MOST_BELOW));
  for (const name of names) {
    const layer = layers.get(name);
    if (layer === undefined) continue;
    found.set(name, layer);
    for (const below of layer.below) {
      if (names.size >= MOST_BELOW) break;
      names.add(below);
    }
  }
  return [...found.values()];
}

/** The whole disks among these layers, by kernel name. */
export function disksAmong(inventory: Inventory, layers: readonly Layer[]): readonly string[] {
  const { disks } = indexOf(inventory);
  // What flatMap makes has room for 17, and these are kept for each filesystem of each guest.
  return layers.filter(({ name }) => disks.has(name)).map(({ name }) => name);
}
