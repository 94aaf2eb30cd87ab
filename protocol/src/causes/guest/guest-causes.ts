import type { Inventory } from '../../model/inventory.ts';
import { dmCryptWithoutDiscards } from './dm-crypt-without-discards.ts';
import type { GuestCause, GuestPlace } from './guest-cause.ts';

/** The guest's part of the closed list, from the filesystem down to the disk. */
export const GUEST_CAUSES: readonly GuestCause[] = [dmCryptWithoutDiscards];

export interface GuestFinding extends GuestPlace {
  readonly cause: GuestCause;
}

/** What stands in the way of a trim inside this guest, or is worth knowing. */
export function findGuestCauses(inventory: Inventory): readonly GuestFinding[] {
  return GUEST_CAUSES.flatMap((cause) => cause.find(inventory).map((place) => ({ cause, ...place })));
}
