import type { GuestCause } from './guest-cause.ts';
import { placesOfObstacle } from './obstacle-notes.ts';

/** fstrim(8), --all: read-only filesystems are left out. */
export const readOnly: GuestCause = {
  id: 'read-only',
  hop: 'trimmed',
  effect: 'note',
  title: 'A filesystem is mounted read-only, and is left out of a trim.',
  why: 'fstrim --all leaves read-only filesystems out, and so does the agent: nothing is to change on their devices.',
  signal: '`ro` among its options in `/proc/self/mountinfo`, or `/sys/class/block/<device>/ro` is 1.',
  cure: 'Nothing, if it is meant to be read-only. Otherwise mount it read-write.',
  find: placesOfObstacle('read-only', ({ mount }) => ({ fact: `obstacle of ${mount}`, value: 'read-only' })),
};
