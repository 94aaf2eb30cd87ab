import { type Inventory, stacksOf } from '@trimtab/protocol';
import type { Outside } from '../model/slack.ts';
import { type DiskUse, mostOwnBytes, readTaken, type TakingImage } from './slack.ts';

/**
 * How much of a disk is in no mounted filesystem, by the word of its guest: free extents and ranges, and what is not
 * mounted. Null where nobody looked, and where its share of one disk cannot be told.
 */
export function addUpOutside(inventory: Inventory, device: string): number | null {
  const sizeBytes = inventory.disks.find(({ name }) => name === device)?.sizeBytes ?? null;
  if (inventory.unreached === null || sizeBytes === null) return null;
  let bytes = 0;
  for (const found of inventory.unreached) {
    if (found.type === 'deleted-files' || found.type === 'snapshots' || !found.disks.includes(device)) continue;
    if (found.disks.length > 1) return null;
    bytes += found.bytes;
  }
  return bytes > sizeBytes ? null : bytes;
}

/**
 * What an image holds outside the mounted filesystems of its guest. Proven either by room, where all of them together
 * could not hold so much, or by the last good trim: what it left is more than their structures can take.
 */
export function measureOutside({
  inventory,
  device,
  use,
  image,
  allocationBytes,
  leftBytes,
}: {
  inventory: Inventory | null;
  device: string;
  /** Null where it is not known; a disk of which nothing is mounted has none. */
  use: DiskUse | null;
  image: TakingImage | null;
  allocationBytes: number | null;
  leftBytes: number | null;
}): Outside | null {
  const taken = readTaken({ image, allocationBytes });
  const outsideBytes = inventory === null ? null : addUpOutside(inventory, device);
  const known = use ?? (inventory === null ? null : emptyUse(inventory, device));
  if (taken === null || known === null || outsideBytes === null || outsideBytes === 0) return null;
  const mostBytes = Math.min(outsideBytes, Math.max(0, taken.bytes - known.usedBytes + known.reserveBytes));
  const byRoom = taken.bytes - taken.overheadBytes - (known.sizeBytes - outsideBytes);
  const byTrim = leftBytes === null ? 0 : leftBytes - mostOwnBytes({ use: known, taken, outsideBytes });
  return { leastBytes: Math.min(mostBytes, Math.max(0, byRoom, byTrim)), mostBytes };
}

function emptyUse(inventory: Inventory, device: string): DiskUse | null {
  const sizeBytes = inventory.disks.find(({ name }) => name === device)?.sizeBytes ?? null;
  if (sizeBytes === null || stacksOf(inventory).some(({ disks }) => disks.includes(device))) return null;
  return { sizeBytes, usedBytes: 0, reserveBytes: 0, freeBytes: 0 };
}
