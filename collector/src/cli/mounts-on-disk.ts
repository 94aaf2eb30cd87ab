import { layersBelow } from '@trimtab/protocol';
import { Fault } from '@trimtab/protocol/shared';
import type { RepairPlan } from '../model/repair.ts';
import type { GuestsView } from '../model/status.ts';

/** The mounts on the disk of a plan that a guest can be asked to trim. Throws a Fault `no-agent` or `no-filesystem`. */
export function findMounts({ guests }: GuestsView, { guest: name, device }: RepairPlan): readonly string[] {
  const guest = guests.find((one) => one.name === name && one.agent?.connected === true);
  const inventory = guest?.inventory ?? null;
  if (inventory === null)
    throw notTrimmed('no-agent', name, 'its agent is not connected, so nobody can ask it to trim');
  if (device === null) throw notTrimmed('no-filesystem', name, 'which of the guest’s disks it is, is not known');
  const mounts = inventory.filesystems.flatMap(({ mount, devices, obstacle }) =>
    // Directly, or through partitions, LVM, encryption and the like.
    obstacle === null && layersBelow(inventory, devices).some(({ name }) => name === device) ? [mount] : [],
  );
  if (mounts.length === 0)
    throw notTrimmed('no-filesystem', `${device} of ${name}`, 'no filesystem that can be trimmed is mounted from it');
  return mounts;
}

function notTrimmed(code: string, subject: string, cause: string): Fault {
  const hint =
    'In the guest, as root: fstrim -v MOUNT, for each filesystem on the disk (ext4 first: fstrim -m 64M MOUNT).';
  return new Fault({ code, operation: 'trim', subject, cause, hint });
}
