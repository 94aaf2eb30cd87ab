import type { GuestCause } from './guest-cause.ts';
import { placesOfObstacle } from './obstacle-notes.ts';

/** fstrim(8), --all: read-only filesystems are left out. */
export const readOnly: GuestCause = {
  id: 'read-only',
  hop: 'trimmed',
  effect: 'note',
  title: 'A filesystem is mounted read-only, and is left out of a trim.',
  why: 'fstrim --all leaves read-only filesystems out, and so does the agent: nothing is to change on their devices.',
  signal:
    '`ro` among the options of its superblock, the last field of `/proc/self/mountinfo`, or `/sys/class/block/<device>/ro` is 1. A mount that is read-only on a filesystem that is not (a bind mount, a unit with ProtectSystem=) is trimmed; f2fs alone refuses there.',
  cure: 'Nothing, if it is meant to be read-only. Otherwise mount it read-write. Of f2fs below an agent whose unit protects it: ReadWritePaths= in that unit.',
  find: placesOfObstacle('read-only', ({ mount }) => ({ fact: `obstacle of ${mount}`, value: 'read-only' })),
};
