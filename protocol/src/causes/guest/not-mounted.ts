import { formatBytes } from '../../shared/format-bytes.ts';
import type { Unreached } from '../../wire/model/unreached.ts';
import type { Fix } from '../cause.ts';
import { quote } from '../quote.ts';
import type { GuestCause } from './guest-cause.ts';
import { allOf } from './guest-text.ts';
import { placesOfUnreached } from './unreached-places.ts';

/** fstrim(8): it trims mounted filesystems. */
export const notMounted: GuestCause = {
  id: 'not-mounted',
  hop: 'trimmed',
  effect: 'note',
  title: 'Nothing of a disk, a partition or a volume is mounted, so no trim reaches it.',
  why: 'fstrim asks a mounted filesystem which blocks are free. Of what is not mounted the host keeps every block that was ever written, whether it is needed or not.',
  signal:
    'A device of more than 16 MiB in /sys/class/block that has no holders, is not mounted in any namespace, is no swap area, and that no process has open. Told only where every process, every mount namespace and LVM could be asked. What is on it, udev has found out, where there is udev.',
  cure: 'Mount it and trim it. If nothing on it is needed any more: blkdiscard, which destroys what is there.',
  find: (inventory) =>
    placesOfUnreached(inventory, {
      types: ['not-mounted'],
      place: (found) => {
        const { disks, path, bytes, holds } = found;
        const kind = holds === null ? '' : ` (${holds})`;
        const tell = (most: string) =>
          `Nothing of ${path}${kind} is mounted: no trim reaches what the host holds of it, up to ${most}.`;
        return {
          mount: null,
          disks,
          sentence: tell(formatBytes(bytes)),
          held: { mostBytes: bytes, tellLess: (takenBytes) => tell(allOf(takenBytes)) },
          evidence: [
            { fact: `size of ${path}`, value: String(bytes) },
            ...(holds === null ? [] : [{ fact: `ID_FS_TYPE of ${path}`, value: holds }]),
          ],
          fix: fixFor(found),
        };
      },
    }),
};

/** Kinds that have FITRIM, and that nothing has to be opened for. */
const TRIMMABLE = /^(ext[234]|xfs|btrfs|f2fs|vfat|exfat|ntfs3?|jfs|nilfs2)$/;

function fixFor({ path, holds }: Extract<Unreached, { type: 'not-mounted' }>): Fix {
  const device = quote(path);
  const isTrimmable = holds !== null && TRIMMABLE.test(holds);
  return {
    on: 'guest',
    commands: isTrimmable ? [`mount ${device} /mnt && { fstrim -v /mnt; umount /mnt; }`] : [],
    note: `${isTrimmable ? '' : `Mount it and trim it, if a filesystem is on it (blkid -p ${device} tells). `}If nothing on it is needed any more: blkdiscard ${device}, which destroys what is there.`,
    needsPowerCycle: false,
  };
}
