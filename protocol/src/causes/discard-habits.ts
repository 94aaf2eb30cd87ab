import { halfGroupBytes } from '../wire/model/ext4.ts';
import type { Filesystem } from '../wire/model/filesystem.ts';
import type { Fix } from './cause.ts';
import { mountAnew } from './mount-anew.ts';
import { quote } from './quote.ts';

/** What a kind of filesystem does with discards, as far as a trim of it can be judged by that. */
export interface DiscardHabits {
  /**
   * What FITRIM leaves out since it has sent it before, whatever became of that; null: it sends all that is free, each
   * time.
   */
  readonly memory: Memory | null;
  /** Do the free and used blocks of statfs(2) bound what its blocks take on the disk? */
  readonly isBoundByStatfs: boolean;
  /**
   * How much of what its statfs calls used may be free, and go with a trim: a reserve that it keeps for itself, at the
   * most. Null: none.
   */
  readonly reserveBytes: ((filesystem: Pick<Filesystem, 'sizeBytes' | 'blockBytes'>) => number) | null;
  /**
   * Where it is mounted with `discard`, FITRIM sends nothing and returns 0: a thread of its own sends, later; else
   * null.
   */
  readonly later: Later | null;
}

/** What a filesystem believes to be trimmed. */
export interface Memory {
  /** The end of "it does not send again …". */
  readonly what: string;
  /** The end of "… until …". */
  readonly until: string;
  /** Makes it send all of it again. */
  forget(filesystem: Filesystem): Steps;
}

export interface Later {
  /** Makes it send at once what waits to be sent. */
  sendNow(filesystem: Filesystem): Steps;
}

export type Steps = Pick<Fix, 'first' | 'commands' | 'note'>;

/** What is known of this kind, as mountinfo names it; null where it is not known of this kind. */
export function habitsOf(kind: string): DiscardHabits | null {
  return HABITS.get(kind) ?? null;
}

const trimOf = (mount: string) => `fstrim -v ${quote(mount)}`;

/** mke2fs's default for ext4, where the agent does not tell the size of a block. */
const USUAL_BLOCK_BYTES = 4096;

const MIB = 1024 ** 2;

/**
 * fs/ext4/mballoc.c: EXT4_GROUP_INFO_WAS_TRIMMED in memory, s_last_trim_minblks. Its driver serves ext2 and ext3 as
 * well.
 */
const EXT4: DiscardHabits = {
  memory: {
    what: 'block groups that it has sent before',
    until: 'something is deleted in them, or it is mounted anew',
    forget: ({ mount, blockBytes }) => ({
      commands: [`fstrim -m ${halfGroupBytes(blockBytes ?? USUAL_BLOCK_BYTES)} ${quote(mount)}`, trimOf(mount)],
      note: 'An agent of this version does it by itself, once, right after the trim.',
    }),
  },
  isBoundByStatfs: true,
  reserveBytes: null,
  later: null,
};

/**
 * fs/btrfs/extent-tree.c, btrfs_trim_free_extents: CHUNK_TRIMMED of `alloc_state`, in memory. What is free inside
 * chunks it sends each time. Measured on 6.1: no remount makes it forget (not ro and rw either, nor another discard=),
 * a balance only what it happens to write over; its unmounting does. Of statfs, its global reserve (512 MiB at the
 * most) counts as used.
 */
const BTRFS: DiscardHabits = {
  memory: {
    what: 'unallocated space that it has sent before',
    until: 'it is unmounted everywhere and mounted anew',
    forget: (filesystem) => {
      const trim = trimOf(filesystem.mount);
      const anew = mountAnew(filesystem);
      return anew.kind === 'by-hand'
        ? { first: anew.first, commands: [trim], note: null }
        : { commands: [...anew.commands, trim], note: anew.note };
    },
  },
  isBoundByStatfs: true,
  reserveBytes: () => 512 * MIB,
  later: null,
};

/**
 * fs/f2fs/segment.c: f2fs_trim_fs only queues where it is mounted with discard, and `discard_map` counts as sent what
 * was queued. Its unmounting writes CP_TRIMMED_FLAG then, by which the next mount takes all that is free for sent; any
 * other checkpoint takes the flag away. Measured on 6.1. statfs counts segments that are over-provisioned or reserved
 * as used (fs/f2fs/super.c, f2fs_statfs).
 */
const F2FS: DiscardHabits = {
  memory: {
    what: 'blocks that it has sent before',
    until: 'it was changed and unmounted while mounted with nodiscard, and is mounted anew',
    forget: (filesystem) => {
      const { mount } = filesystem;
      const mark = quote(`${mount === '/' ? '' : mount}/.trimtab`);
      const nodiscard = `mount -o remount,nodiscard ${quote(mount)}`;
      const before = [nodiscard, `touch ${mark} && rm ${mark}`];
      const anew = mountAnew(filesystem);
      if (anew.kind === 'by-hand') return { commands: before, note: `${anew.first} Trim it after that.` };
      return { commands: [...before, ...anew.commands, nodiscard, trimOf(mount)], note: anew.note };
    },
  },
  isBoundByStatfs: false,
  reserveBytes: null,
  later: {
    sendNow: ({ mount }) => ({
      commands: [
        `mount -o remount,nodiscard ${quote(mount)}`,
        trimOf(mount),
        `mount -o remount,discard ${quote(mount)}`,
      ],
      note: 'Or look at the image again some minutes later. If nothing comes back, it was sent while discards were lost: with nodiscard among its options, write to it, unmount it, mount it again, and trim.',
    }),
  },
};

/** What walks its free space anew each time, and keeps nothing in mind; its statfs counts blocks. */
const PLAIN: DiscardHabits = { memory: null, isBoundByStatfs: true, reserveBytes: null, later: null };

/**
 * fs/xfs/xfs_super.c, xfs_fs_statfs: 8192 blocks that are set aside (xfs_default_resblks), and in each allocation group
 * room for the largest btrees that it may need (libxfs/xfs_ag_resv.c): a record of 24 bytes a block for the reverse map
 * and of 12 for reference counts, in blocks that are half full, which with those of free inodes, the levels above and
 * the set-aside of the free lists is less than 100 bytes a block. Not what somebody set aside with `xfs_io -c resblks`.
 * Measured on 6.1: an empty one of 4 GiB calls 60 MiB used, with a reverse map 109 MiB; of 20 GiB 174 and 423.
 */
const XFS: DiscardHabits = {
  memory: null,
  isBoundByStatfs: true,
  reserveBytes: ({ sizeBytes, blockBytes }) => {
    const block = blockBytes ?? USUAL_BLOCK_BYTES;
    return 8192 * block + ((sizeBytes ?? 0) * 100) / block;
  },
  later: null,
};

/**
 * Its FITRIM, if it has one, keeps nothing in mind; what its statfs calls used may be free, or counts more than itself.
 */
const UNBOUND: DiscardHabits = { memory: null, isBoundByStatfs: false, reserveBytes: null, later: null };

const HABITS: ReadonlyMap<string, DiscardHabits> = new Map([
  ...['ext2', 'ext3', 'ext4'].map((kind) => [kind, EXT4] as const),
  ['btrfs', BTRFS],
  ['f2fs', F2FS],
  // fs/xfs/xfs_discard.c, fs/fat/fatent.c (fat_trim_fs), fs/exfat/balloc.c (exfat_trim_fs), fs/ntfs3/bitmap.c
  // (ntfs_trim_fs).
  ['xfs', XFS],
  ...['vfat', 'msdos', 'exfat', 'ntfs3'].map((kind) => [kind, PLAIN] as const),
  // Read-only: nothing of them is free.
  ...['squashfs', 'erofs', 'iso9660'].map((kind) => [kind, PLAIN] as const),
  // fs/nilfs2/sufile.c, nilfs_sufile_trim_fs: clean segments only; what was deleted stays used until its cleaner has
  // run.
  ['nilfs2', UNBOUND],
  // Discards by itself and serves no FITRIM (koverstreet/bcachefs#721); its statfs leaves out a reserve for its garbage
  // collection.
  ['bcachefs', UNBOUND],
  // Serves no FITRIM (zpool-trim(8)); a dataset's statfs counts the free space of the whole pool.
  ['zfs', UNBOUND],
]);
