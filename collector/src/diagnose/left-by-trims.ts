import { type Inventory, stacksOf } from '@trimtab/protocol';
import type { DiskSummary, PastTrim } from '../model/trim-summary.ts';
import { mountsToTrim } from './slack.ts';

/**
 * How much more than its filesystems use the newest whole and good trim of a disk left allocated: their own structures,
 * which no trim gives back, and those of the image format. The next estimate then need not guess how much of them has
 * ever been written. Trims of earlier boots count as well, for these structures stay. What a filesystem held that is no
 * longer mounted is not among them: a trim that covered another one than there are now does not count. Null while no
 * trim has shown it. The trims are the newest first; the inventory is the guest's of now.
 */
export function readLeftByTrims(
  trims: readonly PastTrim[],
  { device, image, inventory }: { device: string; image: string | null; inventory: Inventory | null },
): number | null {
  if (inventory === null) return null;
  const mounts = mountsToTrim(inventory, device);
  const known = new Set(
    stacksOf(inventory).flatMap(({ filesystem, disks }) => (disks.includes(device) ? [filesystem.mount] : [])),
  );
  for (const trim of trims) {
    const disk = trim.disks.find((one) => one.device === device && one.image !== null && one.image === image);
    if (disk === undefined || !mounts.every((mount) => wasTrimmed(trim, mount))) continue;
    if (trim.filesystems.some(({ mount, disks }) => disks.includes(device) && !known.has(mount))) continue;
    const leftBytes = toLeft(disk);
    if (leftBytes !== null) return leftBytes;
  }
  return null;
}

function wasTrimmed({ filesystems }: PastTrim, mount: string): boolean {
  return filesystems.some((filesystem) => filesystem.mount === mount && filesystem.outcome.status === 'done');
}

/** A figure out of bounds means that the guest told its use before the trim: nothing follows from it. */
function toLeft({ verdict, slack, hops }: DiskSummary): number | null {
  const { reclaimedBytes } = hops;
  if (verdict !== 'reclaimed' && verdict !== 'nothing-to-reclaim') return null;
  if (slack === null || reclaimedBytes === null) return null;
  if (reclaimedBytes < slack.leastBytes || reclaimedBytes > slack.mostBytes) return null;
  // Below 0 where a reserve went that the filesystem calls used.
  return slack.mostBytes - (slack.reserveBytes ?? 0) - Math.max(0, reclaimedBytes);
}
