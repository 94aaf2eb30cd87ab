import { formatBytes } from '../../shared/format-bytes.ts';
import { quote } from '../quote.ts';
import type { GuestCause } from './guest-cause.ts';
import { describeProcess, placesOfUnreached } from './unreached-places.ts';

/** mount_namespaces(7). */
export const mountedElsewhere: GuestCause = {
  id: 'mounted-elsewhere',
  hop: 'trimmed',
  effect: 'note',
  title: 'A filesystem is mounted only in another mount namespace, where the agent does not trim it.',
  why: 'Containers, and services with PrivateMounts=, see mounts of their own. fstrim -a and the agent go by the mounts that they see themselves.',
  signal: 'It is in `/proc/PID/mountinfo` of a process with another mount namespace, and not in the agent’s.',
  cure: 'Mount its device where the agent sees it, too: the kernel shows the same filesystem there, and the agent trims it. Not with nsenter: that runs the fstrim of the container, as root of the guest.',
  find: (inventory) =>
    placesOfUnreached(inventory, {
      types: ['mounted-elsewhere'],
      place: ({ disks, path, bytes, kind, mount, pid, process }) => ({
        mount: null,
        disks,
        sentence: `${path} (${formatBytes(bytes)}, ${kind}) is mounted only where ${describeProcess({ pid, process })} sees it, at ${mount}: the agent does not trim it.`,
        evidence: [
          { fact: `/proc/${pid}/mountinfo`, value: `${mount} on ${path}` },
          { fact: `size of ${path}`, value: String(bytes) },
        ],
        fix: {
          on: 'guest',
          commands: [trimHere({ path, kind })],
          note: null,
          needsPowerCycle: false,
        },
      }),
    }),
};

/**
 * By a second mount of its device, which is the same superblock. fstrim by nsenter(1) would be the container's own
 * program with all rights of this guest, and of /proc/PID/root/MOUNT fstrim(8) makes MOUNT (realpath(3)): that of the
 * guest itself. The options keep what the container wrote from being run meanwhile.
 */
function trimHere({ path, kind }: { readonly path: string; readonly kind: string }): string {
  return `mount -t ${quote(kind)} -o nosuid,nodev,noexec ${quote(path)} /mnt && { fstrim -v /mnt; umount /mnt; }`;
}
