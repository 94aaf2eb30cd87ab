import type { Inventory } from './inventory.ts';

/**
 * Works a result out once for each inventory, and keeps it as long as the inventory is kept. The result must follow
 * from the inventory alone, and nobody changes an inventory once it is made: a newer one replaces it.
 */
export function oncePerInventory<Result>(make: (inventory: Inventory) => Result): (inventory: Inventory) => Result {
  const known = new WeakMap<Inventory, { readonly result: Result }>();
  return (inventory) => {
    const before = known.get(inventory);
    if (before !== undefined) return before.result;
    const result = make(inventory);
    known.set(inventory, { result });
    return result;
  };
}

/** Layers and disks by kernel name. */
export const indexOf = oncePerInventory(({ layers, disks }) => ({
  layers: new Map(layers.map((layer) => [layer.name, layer])),
  disks: new Map(disks.map((disk) => [disk.name, disk])),
}));
