import type { Filesystem } from '../wire/model/filesystem.ts';
import type { Fix } from './cause.ts';
import { quote } from './quote.ts';

/** Unmounts it everywhere, since only then its driver lets go of it, and mounts it again; where that cannot be, a reboot. */
export function mountAnew(filesystem: Filesystem): Pick<Fix, 'first' | 'commands' | 'note'> {
  const { mount, alsoMountedAt, inFstab, source } = filesystem;
  const trim = `fstrim -v ${quote(mount)}`;
  const points = [mount, ...alsoMountedAt];
  if (points.includes('/'))
    return { first: 'Reboot the guest: its / cannot be unmounted while it runs.', commands: [trim], note: null };
  const again =
    inFstab === true ? points.map((point) => `mount ${quote(point)}`) : [`mount ${quote(source)} ${quote(mount)}`];
  const isElsewhere = inFstab !== true && alsoMountedAt.length > 0;
  return {
    commands: [...points.toReversed().map((point) => `umount ${quote(point)}`), ...again, trim],
    note: isElsewhere
      ? `Mount it at ${alsoMountedAt.join(', ')} again as it was. Or reboot the guest, which does it all, and trim then.`
      : 'Or reboot the guest, and trim then.',
  };
}
