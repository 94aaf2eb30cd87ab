import { formatBytes } from '../../shared/format-bytes.ts';
import type { Unreached } from '../../wire/model/unreached.ts';
import type { Fix } from '../cause.ts';
import { quote } from '../quote.ts';
import type { GuestCause } from './guest-cause.ts';
import { allOf, byHand } from './guest-text.ts';
import { placesOfUnreached } from './unreached-places.ts';

type Free = Extract<Unreached, { type: 'free-extents' | 'free-range' | 'free-chunks' }>;

/** lvm.conf(5), devices/issue_discards; blkdiscard(8). */
export const spaceOfNoFilesystem: GuestCause = {
  id: 'space-of-no-filesystem',
  hop: 'trimmed',
  effect: 'note',
  title: 'Space that belongs to no filesystem any more is reached by no trim.',
  why: 'A trim reaches what a filesystem calls free. What a deleted volume or partition had written lies in no filesystem: LVM gives its extents back without a discard (`issue_discards` is 0 by default), and so do partitioning tools and thin pools. The host keeps it.',
  signal:
    'Free extents of a volume group (`pvs`), a range of a disk in none of its partitions (`/sys/class/block/*/start`, `size`), or chunks of a thin pool that no volume has (`dmsetup status`), of more than 16 MiB. How much of them the host holds, only the host can say.',
  cure: 'Free extents: make a volume of them, discard it and remove it again. A range without a partition: make one there with a partitioning tool, blkdiscard that partition without --force, and delete it again; never by offset, since tables and boot loaders lie in no partition either. From then on blkdiscard a volume or partition before it is deleted, or set issue_discards = 1 in /etc/lvm/lvm.conf.',
  find: (inventory) =>
    placesOfUnreached(inventory, {
      types: ['free-extents', 'free-range', 'free-chunks'],
      place: (free) => ({
        mount: null,
        disks: free.disks,
        sentence: tell(free, formatBytes(free.bytes)),
        evidence: [{ fact: evidenceOf(free), value: String(free.bytes) }],
        held: { mostBytes: free.bytes, tellLess: (takenBytes) => tell(free, allOf(takenBytes)) },
        fix: fixFor(free),
      }),
    }),
};

const tell = (free: Free, most: string): string =>
  `${describe(free)}: what was deleted there may be on the host still, up to ${most}; no trim reaches it.`;

function describe(free: Free): string {
  const bytes = formatBytes(free.bytes);
  switch (free.type) {
    case 'free-extents':
      return `${bytes} of ${free.path} belong to no volume of the group ${free.group}`;
    case 'free-range':
      return `${bytes} of ${free.path} lie in no partition`;
    case 'free-chunks':
      return `${bytes} of the thin pool ${free.path} belong to none of its volumes`;
  }
}

function evidenceOf(free: Free): string {
  switch (free.type) {
    case 'free-extents':
      return `pv_free of ${free.path}`;
    case 'free-range':
      return `bytes of ${free.path} from ${free.offsetBytes} on, in no partition`;
    case 'free-chunks':
      return `bytes of ${free.path} in no volume`;
  }
}

function fixFor(free: Free): Fix {
  switch (free.type) {
    case 'free-extents':
      return VOLUME_GROUP.test(free.group)
        ? { on: 'guest', commands: [discardExtents(free)], note: WHILE_IT_RUNS, needsPowerCycle: false }
        : byHand(BEFORE_REMOVAL);
    // No command by offset: it would go by what the kernel read of the table at some time, and needs --force, which
    // keeps from nothing. A partition that is in use blkdiscard refuses by itself.
    case 'free-range':
      return byHand(
        `Make a partition there with your partitioning tool (sfdisk --list-free ${quote(free.path)} shows the place), blkdiscard that partition, without --force, and delete it again.`,
      );
    case 'free-chunks':
      return byHand(
        'Discard a thin volume before it is removed: blkdiscard, then lvremove. What was removed without it comes back only with its pool.',
      );
  }
}

const BEFORE_REMOVAL =
  'To have it done from now on: issue_discards = 1 in the section devices of /etc/lvm/lvm.conf, or blkdiscard before lvremove.';

const WHILE_IT_RUNS = `While it runs the group has no free extents for volumes that grow by themselves. ${BEFORE_REMOVAL}`;

/** lvm(8), VALID NAMES. Of anything else no command is made. */
const VOLUME_GROUP = /^(?!\.\.?$)[a-zA-Z0-9+_.][a-zA-Z0-9+_.-]*$/;

const HELPER = 'trimtab-free';

/**
 * LVM itself hands out the extents, so that none in use can be hit. The volume goes again, whatever became of the
 * discard.
 */
function discardExtents({ group, path }: Extract<Free, { type: 'free-extents' }>): string {
  const volume = quote(`${group}/${HELPER}`);
  const make = `lvcreate -y -W n -Z n -n ${HELPER} -l 100%PVS ${quote(group)} ${quote(path)}`;
  return `${make} && { blkdiscard ${quote(`/dev/${group}/${HELPER}`)}; lvremove -y ${volume}; }`;
}
