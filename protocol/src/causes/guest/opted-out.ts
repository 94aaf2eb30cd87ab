import type { GuestCause } from './guest-cause.ts';
import { placesOfObstacle } from './obstacle-notes.ts';

/** fstrim(8), X-fstrim.notrim (util-linux 2.38). */
export const optedOut: GuestCause = {
  id: 'opted-out',
  hop: 'trimmed',
  effect: 'note',
  title: 'Somebody has taken a filesystem out of every trim.',
  why: 'X-fstrim.notrim in /etc/fstab asks fstrim, and the agent, to leave a filesystem alone. It is a decision of this guest.',
  signal: '`X-fstrim.notrim` in its line in `/etc/fstab`.',
  cure: 'Take the option out, if it is no longer wanted.',
  find: placesOfObstacle('opted-out', ({ mount }) => ({ fact: `/etc/fstab, ${mount}`, value: 'X-fstrim.notrim' })),
};
