import type { GuestCause } from './guest-cause.ts';
import { placesOfObstacle } from './obstacle-notes.ts';

/** Documentation/filesystems/overlayfs.rst: an overlay has no blocks of its own. */
export const overlay: GuestCause = {
  id: 'overlay',
  hop: 'trimmed',
  effect: 'note',
  title: 'An overlay has no disk of its own, and is left out of a trim.',
  why: 'What is written to an overlay lies in its upper folder, on another filesystem. Trimming that one gives back what was deleted here.',
  signal: 'The kind of the mount is overlay, or one like it.',
  cure: 'Trim the filesystem underneath, which holds its upper folder: it is trimmed as any other.',
  find: placesOfObstacle('overlay', ({ mount, kind }) => ({ fact: `kind of ${mount}`, value: kind })),
};
