import { layersBelow } from '@trimtab/protocol';
import { Fault } from '@trimtab/protocol/shared';
import type { RepairPlan } from '../model/repair.ts';
import type { GuestsView } from '../model/status.ts';

/**
 * The mounts on the disk of a plan that a guest can be asked to trim; null for all that it has, where qemu-ga is there
 * and no agent. Names of guests with an agent are unique. Throws a Fault `no-agent` or `no-filesystem`.
 */
export function findMounts({ guests }: GuestsView, { guest: name, device }: RepairPlan): readonly string[] | null {
  const named = guests.filter((one) => one.name === name);
  const guest = named.find((one) => one.agent?.connected === true);
  if (guest === undefined && named.some(({ inside }) => inside.kind === 'qemu-ga')) return null;
  const inventory = guest?.inventory ?? null;
  if (inventory === null)
    throw notTrimmed({
      code: 'no-agent',
      subject: name,
      cause: 'its agent is not connected, so nobody can ask it to trim',
    });
  if (device === null)
    throw notTrimmed({
      code: 'no-filesystem',
      subject: name,
      cause: 'it is not known which of the guest’s disks this is',
    });
  const mounts = inventory.filesystems.flatMap(({ mount, devices, obstacle }) =>
    // Directly, or through partitions, LVM, encryption and the like.
    obstacle === null && layersBelow(inventory, devices).some(({ name }) => name === device) ? [mount] : [],
  );
  if (mounts.length === 0)
    throw notTrimmed({
      code: 'no-filesystem',
      subject: `${device} of ${name}`,
      cause: 'no filesystem that can be trimmed is mounted from it',
    });
  return mounts;
}

function notTrimmed(detail: Record<'code' | 'subject' | 'cause', string>): Fault {
  const hint =
    'In the guest, as root: fstrim -v MOUNT, for each filesystem on the disk (ext4 first: fstrim -m 64M MOUNT; btrfs first: umount it and mount it again).';
  return new Fault({ operation: 'trim', hint, ...detail });
}
