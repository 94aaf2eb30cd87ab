import { type DoctorDisk, type DoctorGuest, standsInTheWay } from '../../model/doctor.ts';

/**
 * What would come back of a disk once every fix is made comes first; what cannot be estimated last, and of that what has
 * something to mend before the rest. Guests by their disks together.
 */
export function sortByWins(guests: readonly DoctorGuest[]): readonly DoctorGuest[] {
  return guests
    .map((guest) => ({ ...guest, disks: guest.disks.toSorted(compareDisks) }))
    .sort(
      (one, other) =>
        winOfGuest(other) - winOfGuest(one) || brokenIn(other) - brokenIn(one) || one.name.localeCompare(other.name),
    );
}

function compareDisks(one: DoctorDisk, other: DoctorDisk): number {
  return winOf(other) - winOf(one) || Number(isBroken(other)) - Number(isBroken(one));
}

function isBroken({ findings }: DoctorDisk): boolean {
  return findings.some(standsInTheWay);
}

function brokenIn({ disks }: DoctorGuest): number {
  return disks.filter(isBroken).length;
}

function winOf({ afterFixesBytes }: DoctorDisk): number {
  return afterFixesBytes ?? -1;
}

function winOfGuest({ disks }: DoctorGuest): number {
  return disks.reduce((sum, { afterFixesBytes }) => sum + (afterFixesBytes ?? 0), 0);
}
