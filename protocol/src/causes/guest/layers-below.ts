import type { Filesystem } from '../../model/filesystem.ts';
import type { Inventory } from '../../model/inventory.ts';
import type { Layer } from '../../model/layer.ts';

/** Every layer below these devices, themselves included, the upper ones first; each once. */
export function layersBelow(inventory: Inventory, devices: readonly string[]): readonly Layer[] {
  const byName = new Map(inventory.layers.map((layer) => [layer.name, layer]));
  const found = new Map<string, Layer>();
  const open = [...devices];
  for (let name = open.shift(); name !== undefined; name = open.shift()) {
    const layer = byName.get(name);
    if (layer === undefined || found.has(name)) continue;
    found.set(name, layer);
    open.push(...layer.below);
  }
  return [...found.values()];
}

/** The whole disks among these layers, by kernel name. */
export function disksAmong(inventory: Inventory, layers: readonly Layer[]): readonly string[] {
  const disks = new Set(inventory.disks.map(({ name }) => name));
  return layers.flatMap(({ name }) => (disks.has(name) ? [name] : []));
}

/** Does this layer itself refuse discards, though none below it does? A limit of 0 is inherited upwards. */
export function refusesByItself(layer: Layer, layers: readonly Layer[]): boolean {
  if (!refuses(layer)) return false;
  return !layer.below.some((name) => layers.some((below) => below.name === name && refuses(below)));
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

export function stacksOf(inventory: Inventory): readonly FilesystemStack[] {
  return inventory.filesystems.map((filesystem) => {
    const layers = layersBelow(inventory, filesystem.devices);
    return { filesystem, layers, disks: disksAmong(inventory, layers) };
  });
}
