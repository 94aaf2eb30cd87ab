import type { Filesystem } from '../wire/model/filesystem.ts';
import { quote } from './quote.ts';

/** How a filesystem is mounted anew. */
export type MountAnew =
  | { readonly kind: 'unmount'; readonly commands: readonly string[]; readonly note: string }
  /** No command does it without leaving something unmounted, or mounted as something else. */
  | { readonly kind: 'by-hand'; readonly first: string };

/**
 * Unmounted everywhere, since only then its driver lets go of it, and mounted again by its line in /etc/fstab: no other
 * command knows its subvolume and its options. `inFstab` is said of one of its mount points, whichever, so it says all
 * only where there is one.
 */
export function mountAnew({ mount, alsoMountedAt, inFstab }: Filesystem): MountAnew {
  if ([mount, ...alsoMountedAt].includes('/'))
    return { kind: 'by-hand', first: 'Reboot the guest: its / cannot be unmounted while it runs.' };
  if (inFstab !== true || alsoMountedAt.length > 0)
    return {
      kind: 'by-hand',
      first: 'Reboot the guest, or unmount it everywhere and mount it again as it was.',
    };
  return {
    kind: 'unmount',
    commands: [`umount ${quote(mount)}`, `mount ${quote(mount)}`],
    note: 'Or reboot the guest, and trim then.',
  };
}
