import type { Inventory } from '@trimtab/protocol';

/** Ordinary guests send some KiB. Of a larger one to make it small takes nearly as long again as to read it. */
const LARGE_INVENTORY = 64 * 1024;

/** What is kept of an inventory that came in a frame of so many bytes. */
export function toKept({ inventory }: { readonly inventory: Inventory }, frameBytes: number): Inventory {
  return frameBytes > LARGE_INVENTORY ? inventory : shareParts(toCompact(inventory));
}

/**
 * The same plain value, as small as V8 keeps one. The codec cuts texts out of one that is as long as the frame, which
 * stays with each of them; and what a schema makes grows piece by piece, with room for as much again.
 */
export function toCompact<Value>(plain: Value): Value {
  return JSON.parse(JSON.stringify(plain)) as Value;
}

/** Parts that are kept once for all who say the same; one more, and those who come share anew. */
export const MOST_SHARED = 4_096;
/** In letters, as JSON; longer lists are seldom those of another guest. */
export const LONGEST_SHARED = 200;

const shared = new Map<string, unknown>();

/** How a disk discards, and on which devices a filesystem lies, most guests say as others do: a third of the whole. */
function shareParts(inventory: Inventory): Inventory {
  const filesystems = inventory.filesystems.map((filesystem) => {
    const { alsoMountedAt, devices } = filesystem;
    return { ...filesystem, alsoMountedAt: share(alsoMountedAt), devices: share(devices) };
  });
  const layers = inventory.layers.map((layer) => {
    const { below, discard } = layer;
    return { ...layer, below: share(below), discard: share(discard) };
  });
  return { ...inventory, filesystems, layers };
}

function share<Value>(value: Value): Value {
  const key = JSON.stringify(value);
  if (key.length > LONGEST_SHARED) return value;
  const before = shared.get(key);
  if (before !== undefined) return before as Value;
  if (shared.size >= MOST_SHARED) shared.clear();
  shared.set(key, value);
  return value;
}
