import type { Hop } from '@trimtab/protocol/causes';
import type { Verdict } from '../../collector/src/model/trim-result.ts';
import type { GuestDisk } from '../support/guest/guest-options.ts';
import type { Stage } from './stage.ts';

export const MIB = 2 ** 20;

export type LabGuest = 'disks' | 'layers';

/**
 * A folder of this host that is a pool of its own: one whose filesystem can share extents, one that cannot punch holes,
 * and those of which it is told what they regained; each of these holds one image, since of two nobody could tell.
 */
export type Place = 'with-reflink' | 'without-holes' | OwnPool;
export type OwnPool = 'xfs-alone' | 'btrfs-copied' | 'btrfs-snapshot' | 'btrfs-in-one-piece' | 'btrfs-compressed';

export interface LabImage {
  readonly format: GuestDisk['format'];
  /** For `qemu-img create -o`. */
  readonly options?: string;
  /** What lies below it: an ext4, empty or with the file that is to be deleted. */
  readonly base?: 'empty' | 'with-file';
  /** Beside all others if absent. */
  readonly place?: Place;
  /** 512 MiB if absent. */
  readonly bytes?: number;
  /** The guest's data is in a file beside the image, `IMAGE.data`; what its node does with discards. */
  readonly dataFile?: 'unmap' | 'ignore';
  /** A qemu-nbd of this host has it, and QEMU has it from there; `ignore` is its default. */
  readonly servedWith?: 'unmap' | 'ignore';
}

export interface LabDisk extends Omit<GuestDisk, 'id' | 'path' | 'format' | 'serial'> {
  /** Its serial, too, by which the collector matches it: at most 20 characters, all that every bus has room for. */
  readonly id: string;
  readonly image: LabImage;
}

/** Disks, and one filesystem on them into which a file is written and deleted. */
export interface Stand {
  /** Its mount is `/mnt/<name>`. */
  readonly name: string;
  readonly guest: LabGuest;
  readonly filesystem: 'ext4' | 'xfs' | 'btrfs';
  readonly disks: readonly LabDisk[];
  /** In the guest: from `$disk1`, `$disk2` … to the `$device` that takes the filesystem. `$disk1` itself if absent. */
  readonly layers?: string;
  /** What is between the filesystem and the disk, for the table. */
  readonly through?: string;
  readonly fileBytes: number;
  /** In the guest, in place of one file: shell with the mount in `$mount`. */
  readonly write?: string;
  readonly remove?: string;
  /** After it was written, before it is deleted. */
  readonly afterWrite?: (stage: Stage) => Promise<unknown>;
  /** Ends what was begun for the first trim, and would disturb what follows in the same guest. */
  readonly afterFirst?: (stage: Stage) => Promise<unknown>;
  /** What a person is told to do, before the trim `mended`. */
  readonly mend?: (stage: Stage) => Promise<unknown>;
  /** What a trim is asked for; the stand's own mount if absent. */
  readonly mounts?: Partial<Record<WhichTrim, readonly string[]>>;
}

export interface Expected {
  readonly verdict: Verdict;
  readonly lostAt: Hop | null;
  readonly cause: string | null;
}

/** Which trim of its stand a case judges. */
export type WhichTrim = 'first' | 'second' | 'mended' | 'before-cure' | 'cure' | 'beside-a-writer';

export interface LabCase {
  readonly name: string;
  readonly stand: Stand;
  /** The id of the disk; the first of the stand if absent. */
  readonly disk?: string;
  /** Where the row is that of no virtual disk: the guest's name for it. No image is behind it then. */
  readonly device?: string;
  /** `first` if absent. */
  readonly trim?: WhichTrim;
  readonly expected: Expected;
  /** By how much the allocation of its image falls; null when nothing comes back. */
  readonly expectedDeltaBytes: number | null;
}

export const RECLAIMED: Expected = { verdict: 'reclaimed', lostAt: null, cause: null };
export const NOTHING: Expected = { verdict: 'nothing-to-reclaim', lostAt: null, cause: null };
export const heldBy = (cause: string): Expected => ({ verdict: 'held', lostAt: null, cause });
export const lostAt = (hop: Hop, cause: string): Expected => ({ verdict: 'lost', lostAt: hop, cause });

export const diskOf = ({ stand, disk }: LabCase): LabDisk => {
  const found = stand.disks.find(({ id }) => disk === undefined || id === disk);
  if (found === undefined) throw new Error(`stand ${stand.name} has no disk ${disk}`);
  return found;
};

/** A case whose stand has one disk of the same name. */
export function oneDisk(given: {
  readonly name: string;
  /** The disk's serial, where the name is too long for one. */
  readonly id?: string;
  readonly guest?: LabGuest;
  readonly filesystem: Stand['filesystem'];
  readonly disk: Omit<LabDisk, 'id'>;
  readonly fileMiB: number;
  readonly expected: Expected;
  readonly more?: Partial<Stand>;
  readonly deltaBytes?: number | null;
}): LabCase {
  const { name, id = name, guest = 'disks', filesystem, disk, fileMiB, expected, more = {} } = given;
  const fileBytes = fileMiB * MIB;
  const comesBack = expected.verdict === 'reclaimed';
  return {
    name,
    stand: { name, guest, filesystem, disks: [{ id, ...disk }], fileBytes, ...more },
    expected,
    expectedDeltaBytes: given.deltaBytes === undefined ? (comesBack ? fileBytes : null) : given.deltaBytes,
  };
}
