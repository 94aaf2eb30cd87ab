import type { Inventory } from '@trimtab/protocol';

/** Ordinary guests send some KiB. Of a larger one to make it small takes nearly as long again as to read it. */
const LARGE_INVENTORY = 64 * 1024;

/** What is kept of an inventory that came in a frame of so many bytes. */
export function toKept({ inventory }: { readonly inventory: Inventory }, frameBytes: number): Inventory {
  return frameBytes > LARGE_INVENTORY ? inventory : toCompact(inventory);
}

/**
 * The same plain value, as small as V8 keeps one. The codec cuts texts out of one that is as long as the frame, which
 * stays with each of them; and what a schema makes grows piece by piece, with room for as much again.
 */
export function toCompact<Value>(plain: Value): Value {
  return JSON.parse(JSON.stringify(plain)) as Value;
}
