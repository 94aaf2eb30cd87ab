import type { Filesystem } from '../wire/model/filesystem.ts';
import { quote } from './quote.ts';

/** How a filesystem is mounted anew. */
export type MountAnew =
  | { readonly kind: 'unmount'; readonly commands: readonly string[]; readonly note: string }
  /** It is the root of the guest, which cannot be unmounted while it runs. */
  | { readonly kind: 'reboot' };

/**
 * Unmounted everywhere, since only then its driver lets go of it, and mounted again; where that cannot be, a reboot.
 */
export function mountAnew({ mount, alsoMountedAt, inFstab, source }: Filesystem): MountAnew {
  const points = [mount, ...alsoMountedAt];
  if (points.includes('/')) return { kind: 'reboot' };
  const again =
    inFstab === true ? points.map((point) => `mount ${quote(point)}`) : [`mount ${quote(source)} ${quote(mount)}`];
  const isElsewhere = inFstab !== true && alsoMountedAt.length > 0;
  return {
    kind: 'unmount',
    commands: [...points.toReversed().map((point) => `umount ${quote(point)}`), ...again],
    note: isElsewhere
      ? `Mount it at ${alsoMountedAt.join(', ')} again as it was. Or reboot the guest, which does it all, and trim then.`
      : 'Or reboot the guest, and trim then.',
  };
}
