import { formatBytes } from '@trimtab/protocol/shared';
import type { RepairPlan } from '../model/repair.ts';
import { isFar } from '../model/significant.ts';
import type { DiskResult, TrimResult } from '../model/trim-result.ts';

/**
 * What the trim after a repair proves: the host got back what it surely had in excess before it, or there was nothing
 * to get.
 */
export function isRepaired(plan: RepairPlan, trim: TrimResult | null): boolean {
  const disk = findDisk(plan, trim);
  if (disk?.verdict !== 'reclaimed' && disk?.verdict !== 'nothing-to-reclaim') return false;
  const allocationBytes = disk.allocationBytes.before ?? 0;
  return !isFar({ bytes: countMissing(disk), allocationBytes });
}

/** The end of a repair, in a sentence or two: what came back, what did not, and what to do next. */
export function tellRepair(plan: RepairPlan, trim: TrimResult | null): string {
  if (isRepaired(plan, trim)) return 'Repaired.';
  if (trim === null) return 'The nodes are reopened. No trim has shown yet whether the host gets space back.';
  const disk = findDisk(plan, trim);
  const cameBytes = disk?.hops.reclaimedBytes ?? null;
  const missingBytes = disk === null ? 0 : countMissing(disk);
  const next =
    (disk?.fix ?? null) === null ? `trimtab doctor ${trim.guest} looks for what holds it.` : 'Next is the fix above.';
  if (cameBytes !== null && missingBytes > 0)
    return `Not repaired yet: ${formatBytes(Math.max(0, cameBytes))} came back, and at least ${formatBytes(missingBytes)} stayed. ${next}`;
  return `Not repaired: the trim does not show that the host gets space back. ${next}`;
}

/** By its image where qemu-ga, asked when the plan was made, did not tell the guest's name for it. */
function findDisk({ device, image }: RepairPlan, trim: TrimResult | null): DiskResult | null {
  const isMeant = (disk: DiskResult) => (device === null ? disk.image === image : disk.device === device);
  return trim?.disks.find(isMeant) ?? null;
}

/** What the image surely held in excess before the trim, less the most that can have come back. */
function countMissing({ slack, hops, reclaimedBetween }: DiskResult): number {
  const cameBytes = reclaimedBetween?.mostBytes ?? hops.reclaimedBytes ?? 0;
  return (slack?.leastBytes ?? 0) - Math.max(0, cameBytes);
}
