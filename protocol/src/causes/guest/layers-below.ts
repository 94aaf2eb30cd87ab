import type { Filesystem } from '../../wire/model/filesystem.ts';
import type { Inventory } from '../../wire/model/inventory.ts';
import type { Layer } from '../../wire/model/layer.ts';
import { indexOf, oncePerInventory } from './inventory-index.ts';

/** Nothing real stands on more, and a guest may send what it likes: what is beyond is not looked at. */
const MOST_BELOW = 256;
const MOST_IN_ALL = 10_000;

/** Every layer below these devices, themselves included, the upper ones first; each once. */
export function layersBelow(inventory: Inventory, devices: readonly string[]): readonly Layer[] {
  const { layers } = indexOf(inventory);
  const found = new Map<string, Layer>();
  // A set keeps the order of what was added, and goes on to what is added meanwhile.
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
  return layers.flatMap(({ name }) => (disks.has(name) ? [name] : []));
}

/** Those of a filesystem's layers that refuse discards by themselves: a limit of 0 is inherited upwards. */
export function refusingByThemselves(layers: readonly Layer[]): readonly Layer[] {
  const refusing = layers.filter(refuses);
  const names = new Set(refusing.map(({ name }) => name));
  return refusing.filter(({ below }) => !below.some((name) => names.has(name)));
}

/** Documentation/ABI/stable/sysfs-block: 0 in any of the three is a no. What could not be read refuses nothing. */
export function refuses({ discard }: Pick<Layer, 'discard'>): boolean {
  return discard.granularityBytes === 0 || discard.maxBytes === 0 || discard.maxHwBytes === 0;
}

/** A filesystem with the layers and whole disks below it. */
export interface FilesystemStack {
  readonly filesystem: Filesystem;
  readonly layers: readonly Layer[];
  readonly disks: readonly string[];
}

export const stacksOf = oncePerInventory((inventory): readonly FilesystemStack[] => {
  const stacks: FilesystemStack[] = [];
  let places = 0;
  for (const filesystem of inventory.filesystems) {
    const layers = places < MOST_IN_ALL ? layersBelow(inventory, filesystem.devices) : [];
    places += layers.length;
    stacks.push({ filesystem, layers, disks: disksAmong(inventory, layers) });
  }
  return stacks;
});
