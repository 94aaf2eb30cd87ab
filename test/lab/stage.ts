import type { Guest } from '../support/guest/guest.ts';
import type { LabGuest } from './lab-case.ts';

/** A guest with its disks, for what a case does between writing and deleting. */
export interface Stage {
  readonly guest: Guest;
  /** Path of the image of the disk with this id. */
  imageOf(id: string): string;
  /** As the guest calls it: `sdc`. */
  deviceOf(id: string): string;
}

export const nameOf = (guest: LabGuest): string => `lab-${guest}`;
