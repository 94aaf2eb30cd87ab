import type { Filesystem, Layer, LayerDelta } from '@trimtab/protocol';
import type { GuestFinding } from '@trimtab/protocol/causes';
import type { Domain, HostDisk } from '../model/domain.ts';
import type { GuestFile } from '../model/guest-file.ts';
import type { Extents, HeldParts, ImageState } from '../model/image.ts';
import type { PoolFacts } from '../model/pool.ts';
import type { Qcow2Tables } from '../model/qcow2-tables.ts';
import type { RepairOutlook } from '../model/repair.ts';
import type { Outside, Slack } from '../model/slack.ts';
import type { TrimmedFilesystem } from '../model/trim-account.ts';
import type { Hops } from '../model/trim-result.ts';
import type { PastTrims } from './past-trims.ts';

/**
 * All that is known of one disk, from its filesystems to its pool; null means that nobody could tell. Each field says
 * who measured it.
 */
export interface DiskEvidence {
  /** The guest's name on this host. */
  readonly guest: string;
  /** The guest's name for the disk, or the hypervisor's while no agent says. */
  readonly device: string;
  readonly domain: Pick<Domain, 'key' | 'name' | 'source' | 'libvirtUri' | 'monitors' | 'guestAgent'> | null;
  readonly disk: HostDisk | null;
  readonly image: ImageState | null;
  /** Why no image was matched. */
  readonly unmatched: string | null;
  /** Of a loop device inside a guest, the file that it is; null for every other disk. */
  readonly guestFile: GuestFile | null;
  readonly pool: PoolFacts | null;
  readonly extents: Extents | null;
  /** What a qcow2 image says of itself; null where nobody asked. */
  readonly tables: Qcow2Tables | null;
  /** What the image takes now, after the trim if there was one. */
  readonly allocationBytes: number | null;
  /** What QEMU has counted at the file node since it started: where a discard has passed, no node ignores discards. */
  readonly passedEverBytes: number | null;
  readonly failedEver: number | null;
  /** The kind of the block job that drops this disk's discards now; null where none does. */
  readonly droppedBy: string | null;
  /** The guest's word: what its own inventory proves, for this disk. */
  readonly guestFindings: readonly GuestFinding[];
  readonly filesystems: readonly Filesystem[];
  /** The layers below these, the upper ones first. */
  readonly layers: readonly Layer[];
  /** Is the guest powered off? Then nothing has to be ended for a fix, and the next start is enough. */
  readonly isOff: boolean;
  /** What could come back: before the trim, or now when there was none. */
  readonly slack: Slack | null;
  /** What it holds outside the mounted filesystems; null where nobody could tell, or there is no such place. */
  readonly outside: Outside | null;
  /**
   * Does the image hold far more than the guest uses? True by the lower bound of the slack, false by the upper one;
   * null when the bounds leave it open, or nobody could tell.
   */
  readonly holdsMore: boolean | null;
  /** What earlier trims of it say, since its guest was started. */
  readonly past: PastTrims;
  /** Could a live repair of it be carried out now? Asked of what would do it; null where nobody asked. */
  readonly repair: RepairOutlook | null;
  /** What one trim showed; null when none was made. */
  readonly trim: TrimSeen | null;
}

export interface TrimSeen {
  /** What became of those filesystems of this disk that the trim was for; the disk may have others. */
  readonly filesystems: readonly TrimmedFilesystem[];
  readonly hops: Hops;
  /**
   * What reached the virtual device: by the host's count where it has one, else by the guest's word as far as that is
   * believed.
   */
  readonly sentBytes: number | null;
  readonly writtenBytes: number | null;
  /** Change of `discard-nb-failed` at the file node. */
  readonly failedDiscards: number | null;
  /** The kind of the block job that dropped this disk's discards from before the first to after the last. */
  readonly droppedBy: string | null;
  readonly layers: readonly LayerDelta[];
  /** Why the samples do not enclose the trim (collector away, image gone); null when they do. */
  readonly unbracketed: string | null;
  /** Did the image's allocation still move when the collector stopped waiting? */
  readonly restless: boolean;
  /** Does the image hold far more than the guest uses, after it? As `DiskEvidence.holdsMore`. */
  readonly holdsMore: boolean | null;
  /** The slack that is left after it. */
  readonly remaining: Slack | null;
  /**
   * By how many bytes the extents that the image shares with other files became fewer; null where nobody could tell.
   */
  readonly unsharedBytes: number | null;
  /** By how much its compressed extents fell, counted before compression; null where nobody could tell. */
  readonly unencodedBytes: number | null;
  /** Does the image hold extents of which it gave up parts? */
  readonly heldParts: HeldParts | null;
  /** Where an extent began that the image shared before the trim; null where it shared none. */
  readonly sharedAt: number | null;
  /** May the pool keep what the image gave up? Where not, the fall of the image is what the pool got. */
  readonly mayPoolKeep: boolean;
  /** Why the pool's free space tells nothing of this trim; null when it does. */
  readonly poolNoise: string | null;
  /** Everything was discarded again, also what ext4 believed it had trimmed. */
  readonly again: boolean;
  /**
   * What came to stand in the way only while it ran, by what the layers said after it: a disk that refused one discard
   * gets no more.
   */
  readonly turned: readonly GuestFinding[];
  /** Of a loop device: was the filesystem that holds its file trimmed after it? */
  readonly isHolderTrimmed: boolean;
  /** Filesystems in files on this disk that gave something up only after the one that holds their file was trimmed. */
  readonly insideLater: readonly { readonly mount: string; readonly trimmedBytes: number }[];
}

/** One disk with the trim that was made of it. */
export type TrimmedDisk = DiskEvidence & { readonly trim: TrimSeen };
