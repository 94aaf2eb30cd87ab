import { DISK_LIMIT, stacksOf } from '@trimtab/protocol';
import type { ConnectedGuest } from '../../link/guest-links.ts';
import type { TrimAccount } from '../../model/trim-account.ts';

/** The whole disks below these mounts, by kernel name, following the layers the guest announced. */
export function disksBelow(guest: ConnectedGuest, mounts: readonly string[]): string[] {
  const { inventory } = guest;
  if (inventory === null) return [];
  if (tellsNoMounts(guest)) return inventory.disks.map(({ name }) => name).slice(0, DISK_LIMIT);
  const asked = new Set(mounts);
  const disks = stacksOf(inventory).flatMap(({ filesystem, disks }) => (asked.has(filesystem.mount) ? disks : []));
  return [...new Set(disks)].slice(0, DISK_LIMIT);
}

/** A qemu-ga that may not tell what is mounted trims it all the same: it may be on any disk. */
export function tellsNoMounts({ inventory, byQemuGa }: Pick<ConnectedGuest, 'inventory' | 'byQemuGa'>): boolean {
  return byQemuGa !== undefined && inventory !== null && inventory.filesystems.length === 0;
}

/**
 * The disks a report speaks of, as far as the guest has ever announced them: what is concluded of each costs the host
 * something.
 */
export function onlyAnnounced({ inventory }: ConnectedGuest, report: TrimAccount): string[] {
  const announced = new Set(inventory?.disks.map(({ name }) => name));
  const named = new Set(report.filesystems.flatMap(({ disks }) => disks));
  return [...named].filter((name) => announced.has(name)).slice(0, DISK_LIMIT);
}
