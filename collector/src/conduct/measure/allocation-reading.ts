import type { Allocation, ImageState } from '../../model/image.ts';
import { SIGNIFICANT_BYTES } from '../../model/significant.ts';
import type { Allocations } from '../../ports/allocations.ts';
import type { Clock } from '../../ports/clock.ts';

/** What an image takes and its pool has free, and when that was read (UTC). */
export type AllocationReading = Allocation & { readonly takenAt: number };

/** By the path of the image; one that is gone has nulls. */
export async function readAllocations({
  clock,
  allocations,
  images,
}: {
  clock: Clock;
  allocations: Allocations;
  images: readonly ImageState[];
}): Promise<ReadonlyMap<string, AllocationReading>> {
  const found = await allocations.read(images);
  const takenAt = clock.now();
  return new Map([...found].map(([path, allocation]) => [path, { takenAt, ...allocation }]));
}

/** A guest at work always moves a little; only an amount that could prove something counts as a movement. */
export function isSameAllocation(one: AllocationReading, other: AllocationReading): boolean {
  if (one.allocationBytes === null || other.allocationBytes === null)
    return one.allocationBytes === other.allocationBytes;
  return Math.abs(one.allocationBytes - other.allocationBytes) < SIGNIFICANT_BYTES;
}
