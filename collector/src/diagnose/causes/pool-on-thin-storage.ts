import { quote } from '@trimtab/protocol/causes';
import type { HostCause } from '../host-cause.ts';

export const poolOnThinStorage: HostCause = {
  id: 'pool-on-thin-storage',
  hop: 'regained',
  effect: 'note',
  title: 'The filesystem that holds the image lies on thin storage itself, so this host has to be trimmed as well.',
  why: 'A trim of the guest makes the image shorter: its blocks become free space of the host’s filesystem. Where that lies on a thin volume, a zvol or an image of Ceph, these give the space back only when the host’s filesystem is trimmed in turn.',
  signal:
    'Below the device of the filesystem that holds the image there is a thin pool of LVM (`dm/uuid` in /sys), a zvol or a mapped image of Ceph, and it is not mounted with `discard`.',
  cure: 'fstrim on this host, after the guests. fstrim.timer does it once a week.',
  find: ({ image, pool }) => {
    const below = pool?.thinBelow ?? null;
    if (image === null || image.kind !== 'file' || image.pool === null || below === null) return null;
    return {
      sentence: `${image.pool} lies on ${below}, which gets back what guests gave up only when ${image.pool} is trimmed on this host, too.`,
      evidence: [{ fact: `below ${image.pool}`, value: below }],
      fix: {
        on: 'host',
        commands: [`fstrim -v ${quote(image.pool)}`],
        note: 'Once a week by itself: systemctl enable --now fstrim.timer, if /etc/fstab lists it.',
        needsPowerCycle: false,
      },
    };
  },
};
