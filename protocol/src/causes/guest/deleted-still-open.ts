import { formatBytes } from '../../shared/format-bytes.ts';
import { stacksOf } from '../../wire/model/filesystem-stack.ts';
import type { GuestCause } from './guest-cause.ts';
import { byHand } from './guest-text.ts';
import { describeProcess, placesOfUnreached } from './unreached-places.ts';

/** unlink(2): a file that is open is deleted when the last descriptor of it is closed. */
export const deletedStillOpen: GuestCause = {
  id: 'deleted-still-open',
  hop: 'trimmed',
  effect: 'note',
  title: 'Deleted files are still open, and their blocks in use until they are closed.',
  why: 'A file that a process has open keeps its blocks when its name is deleted (unlink(2)). df counts them as used and du does not find them: a log that was rotated away, the files of a database, a program that was replaced.',
  signal: 'Descriptors of `/proc/PID/fd` on a file without a name, of 1 MiB and more in all; their blocks by stat(2).',
  cure: 'Restart the process, or have it close the file (many open their logs anew on SIGHUP), and trim again.',
  find: (inventory) =>
    placesOfUnreached(inventory, {
      types: ['deleted-files'],
      place: ({ mount, bytes, files, holders, isWhole }) => {
        const [first] = holders;
        const others = holders.length > 1 ? ' and others' : '';
        const by = first === undefined ? '' : `, by ${describeProcess(first)}${others}`;
        const size = `${isWhole ? '' : 'at least '}${formatBytes(bytes)}`;
        return {
          mount,
          disks: stacksOf(inventory).find(({ filesystem }) => filesystem.mount === mount)?.disks ?? [],
          sentence: `${mount} has ${size} of deleted files that are still open${by}: they are in use until they are closed.`,
          evidence: [
            { fact: `deleted files of ${mount} that are open`, value: String(files) },
            ...holders.map((holder) => ({
              fact: `bytes open in ${describeProcess(holder)}`,
              value: String(holder.bytes),
            })),
          ],
          fix:
            first === undefined
              ? null
              : byHand(`Restart ${describeProcess(first)}${others}, or have the files closed; then trim again.`),
        };
      },
    }),
};
