import type { ConnectedGuest } from '../../link/guest-links.ts';

/**
 * Who is connected, and with which disks. What is remembered of the host was surveyed for these: a guest that came or
 * went, or whose disks are others, may be a QEMU that nobody has surveyed yet.
 */
export function nameGuests(guests: readonly ConnectedGuest[]): string {
  return guests
    .map(({ id, inventory }) => `${id} ${inventory === null ? '' : inventory.disks.map(({ name }) => name).join(',')}`)
    .sort()
    .join('\n');
}
