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
  cure: 'Trim it in that namespace, with nsenter. Or mount it where the agent sees it, too.',
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
          commands: [`nsenter --target ${pid} --mount fstrim -v ${quote(mount)}`],
          note: null,
          needsPowerCycle: false,
        },
      }),
    }),
};
