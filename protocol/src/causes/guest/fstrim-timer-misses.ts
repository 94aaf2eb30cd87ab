import { stacksOf } from '../../wire/model/filesystem-stack.ts';
import type { GuestCause } from './guest-cause.ts';

/**
 * util-linux's sys-utils/fstrim.service.in: `--listed-in /etc/fstab:/proc/self/mountinfo`, and the first list with
 * anything in it is used.
 */
export const fstrimTimerMisses: GuestCause = {
  id: 'fstrim-timer-misses',
  hop: 'trimmed',
  effect: 'note',
  title: 'fstrim.timer never trims a filesystem that is not in /etc/fstab.',
  why: 'fstrim.service trims what /etc/fstab lists, and takes what is mounted only where that file is empty. What systemd units, udev or people mount by hand is not in it.',
  signal: '`fstrim.timer` is enabled, and no mount point of the filesystem is in `/etc/fstab`.',
  cure: 'Give the agent a schedule, since it trims whatever is mounted, or add a line to /etc/fstab.',
  find: (inventory) => {
    if (inventory.fstrimTimer !== 'enabled') return [];
    return stacksOf(inventory)
      .filter(({ filesystem }) => filesystem.obstacle === null && filesystem.inFstab === false)
      .map(({ filesystem, disks }) => ({
        mount: filesystem.mount,
        disks,
        sentence: `${filesystem.mount} is not in /etc/fstab, so fstrim.timer never trims it.`,
        evidence: [
          { fact: 'fstrim.timer', value: 'enabled' },
          { fact: `${filesystem.mount} in /etc/fstab`, value: 'no' },
        ],
        fix: {
          on: 'guest' as const,
          commands: [],
          note: 'Give the agent a schedule (schedule in /etc/trimtab/agent.toml): it trims whatever is mounted.',
          needsPowerCycle: false,
        },
      }));
  },
};
