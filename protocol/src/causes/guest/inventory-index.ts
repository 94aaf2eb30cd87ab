import type { Inventory } from '../../wire/model/inventory.ts';

/** What is the same for every cause is worked out once an inventory. The inventory is not changed meanwhile: nobody does. */
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
