import type { Inventory } from '@trimtab/protocol';
import type { DiskResult, TrimResult } from '../model/trim-result.ts';
import { mountsToTrim } from './slack.ts';

/**
 * What the newest whole and good trim of a disk left allocated above what its filesystems use: their own structures, which no trim
 * gives back, and the format's. With it the next estimate need not guess how much of them was ever written. Of earlier boots too: they
 * stay. Null while no trim has shown it. The trims are the newest first; the inventory is what the guest is now.
 */
export function readLeftByTrims(
  trims: readonly TrimResult[],
  { device, image, inventory }: { device: string; image: string | null; inventory: Inventory | null },
): number | null {
  if (inventory === null) return null;
  const mounts = mountsToTrim(inventory, device);
  for (const trim of trims) {
    const disk = trim.disks.find((one) => one.device === device && one.image !== null && one.image === image);
    if (disk === undefined || !mounts.every((mount) => wasTrimmed(trim, mount))) continue;
    const leftBytes = toLeft(disk);
    if (leftBytes !== null) return leftBytes;
  }
  return null;
}

function wasTrimmed({ filesystems }: TrimResult, mount: string): boolean {
  return filesystems.some((filesystem) => filesystem.mount === mount && filesystem.outcome.status === 'done');
}

/** Out of bounds, the guest's word on its use was older than the trim: nothing follows from it. */
function toLeft({ verdict, slack, hops }: DiskResult): number | null {
  const { reclaimedBytes } = hops;
  if (verdict !== 'reclaimed' && verdict !== 'nothing-to-reclaim') return null;
  if (slack === null || reclaimedBytes === null) return null;
  if (reclaimedBytes < slack.leastBytes || reclaimedBytes > slack.mostBytes) return null;
  return slack.mostBytes - Math.max(0, reclaimedBytes);
}
