import type { DoctorDisk, DoctorGuest } from '../../model/doctor.ts';

/**
 * What would come back of a disk once every fix is made comes first; what cannot be estimated last. Guests by their
 * disks together.
 */
export function sortByWins(guests: readonly DoctorGuest[]): readonly DoctorGuest[] {
  return guests
    .map((guest) => ({ ...guest, disks: guest.disks.toSorted((one, other) => winOf(other) - winOf(one)) }))
    .sort((one, other) => winOfGuest(other) - winOfGuest(one) || one.name.localeCompare(other.name));
}

function winOf({ afterFixesBytes }: DoctorDisk): number {
  return afterFixesBytes ?? -1;
}

function winOfGuest({ disks }: DoctorGuest): number {
  return disks.reduce((sum, { afterFixesBytes }) => sum + (afterFixesBytes ?? 0), 0);
}
