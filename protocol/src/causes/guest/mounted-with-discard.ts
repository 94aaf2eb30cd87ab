import type { Filesystem } from '../../wire/model/filesystem.ts';
import { stacksOf } from '../../wire/model/filesystem-stack.ts';
import { habitsOf } from '../discard-habits.ts';
import type { GuestCause } from './guest-cause.ts';

/** Documentation/admin-guide/ext4.rst, discard. */
export const mountedWithDiscard: GuestCause = {
  id: 'mounted-with-discard',
  hop: 'trimmed',
  effect: 'note',
  title: 'A filesystem discards as it goes, so a trim finds less.',
  why: 'With the mount option discard the filesystem tells its disk of blocks as they are deleted. A trim then only finds what slipped through, and its small number is no bad sign. f2fs, which is mounted so by default, sends them by a thread of its own, minutes later, and a trim of it sends nothing (fs/f2fs/segment.c, f2fs_trim_fs). It costs time with every deletion.',
  signal: '`discard` among its options in `/proc/self/mountinfo`.',
  cure: 'Nothing has to change. For faster deletions, mount it without discard and trim on a schedule.',
  find: (inventory) =>
    stacksOf(inventory)
      .filter(({ filesystem }) => filesystem.discardsOnline && filesystem.obstacle === null)
      .map(({ filesystem, disks }) => ({
        mount: filesystem.mount,
        disks,
        sentence: `${filesystem.mount} is mounted with discard, so ${tellTrim(filesystem)}.`,
        evidence: [{ fact: `mount option of ${filesystem.mount}`, value: 'discard' }],
        fix: null,
      })),
};

function tellTrim({ kind }: Filesystem): string {
  return (habitsOf(kind)?.later ?? null) !== null
    ? `${kind} discards by itself, later, and a trim sends nothing there`
    : 'a trim finds less there than elsewhere';
}
