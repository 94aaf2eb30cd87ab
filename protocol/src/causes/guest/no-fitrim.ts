import type { Filesystem } from '../../wire/model/filesystem.ts';
import { stacksOf } from '../../wire/model/filesystem-stack.ts';
import type { Fix } from '../cause.ts';
import { quote } from '../quote.ts';
import type { GuestCause } from './guest-cause.ts';
import { canBeWritten } from './writable.ts';

/** ioctl_fitrim(2): a filesystem without it answers ENOTTY or EOPNOTSUPP. */
export const noFitrim: GuestCause = {
  id: 'no-fitrim',
  hop: 'trimmed',
  effect: 'lost',
  title: 'The filesystem has no FITRIM, so fstrim cannot trim it.',
  why: 'fstrim asks a filesystem for FITRIM, and not every kind has it: ZFS has a command of its own, UDF has nothing.',
  signal: 'The kind of the filesystem is one without FITRIM, and it can be written to.',
  cure: 'For ZFS, zpool trim, or zpool set autotrim=on to have it done as files are deleted. For other kinds, only a move to another filesystem.',
  find: (inventory) =>
    stacksOf(inventory)
      .filter((stack) => stack.filesystem.obstacle?.code === 'no-fitrim' && canBeWritten(stack))
      .map(({ filesystem, disks }) => ({
        mount: filesystem.mount,
        disks,
        sentence: `${filesystem.mount} is ${filesystem.kind}, which has no FITRIM: fstrim cannot trim it.`,
        evidence: [{ fact: `kind of ${filesystem.mount}`, value: filesystem.kind }],
        fix: fixFor(filesystem),
      })),
};

function fixFor({ kind, source }: Filesystem): Fix | null {
  if (kind !== 'zfs') return null;
  const pool = quote(source.split('/')[0] ?? source);
  return {
    on: 'guest',
    commands: [`zpool trim ${pool}`],
    note: `To have it done as files are deleted: zpool set autotrim=on ${pool}`,
    needsPowerCycle: false,
  };
}
