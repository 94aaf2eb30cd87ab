import { stacksOf } from '../../wire/model/filesystem-stack.ts';
import type { GuestCause } from './guest-cause.ts';

/** Documentation/admin-guide/ext4.rst, discard. */
export const mountedWithDiscard: GuestCause = {
  id: 'mounted-with-discard',
  hop: 'trimmed',
  effect: 'note',
  title: 'A filesystem discards as it goes, so a trim finds less.',
  why: 'With the mount option discard the filesystem tells its disk of blocks as they are deleted. A trim then only finds what slipped through, and its small number is no bad sign. It costs time with every deletion.',
  signal: '`discard` among its options in `/proc/self/mountinfo`.',
  cure: 'Nothing has to change. For faster deletions, mount it without discard and trim on a schedule.',
  find: (inventory) =>
    stacksOf(inventory)
      .filter(({ filesystem }) => filesystem.discardsOnline && filesystem.obstacle === null)
      .map(({ filesystem, disks }) => ({
        mount: filesystem.mount,
        disks,
        sentence: `${filesystem.mount} is mounted with discard, so a trim finds less there than elsewhere.`,
        evidence: [{ fact: `mount option of ${filesystem.mount}`, value: 'discard' }],
        fix: null,
      })),
};
