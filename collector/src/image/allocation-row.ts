import type { Allocation } from '../model/image.ts';

/** The path of an image, and what it takes now; an image that is gone has no row, or nulls. */
export type AllocationRow = readonly [path: string, allocation: Allocation];
