import type { Cause, Found, Hop } from '@trimtab/protocol/causes';
import type { Finding, SourceState } from './domain.ts';
import type { GuestFile } from './guest-file.ts';
import type { PoolState } from './pool.ts';
import type { Slack } from './slack.ts';
import type { GuestState, InsideView } from './status.ts';
import type { Verdict } from './trim-result.ts';

/** One cause that keeps the space of a disk from coming back, or a note about it. */
export interface DoctorFinding extends Found {
  /** The cause's id. */
  readonly cause: string;
  readonly hop: Hop;
  readonly effect: Cause['effect'];
  /** The filesystem of the guest that it is about; null where it is about none, or about more than one. */
  readonly mount: string | null;
  /** `docs/causes.md#…`. */
  readonly page: string;
  /** When a trim showed it (UTC, ISO 8601); null where it can be seen without one. */
  readonly seenByTrimAt: string | null;
}

/** Does it keep space from coming back? A note, and storage that nobody can see into, do not. */
export function standsInTheWay({ effect }: Pick<DoctorFinding, 'effect'>): boolean {
  return effect === 'lost' || effect === 'held' || effect === 'stale';
}

/**
 * What is known of a hop without a trim. `good`: the configuration or a counter says that discards pass; `broken`: the
 * first that loses them, or holds what they gave up; `behind`: beyond a broken one; `unknown`: nobody can say without a
 * trim.
 */
export type HopState = 'good' | 'broken' | 'behind' | 'unknown';

/** One disk of one guest, from its filesystems to its pool. */
export interface DoctorDisk {
  /** The guest's name for it; null while no agent says. */
  readonly device: string | null;
  /** The hypervisor's name for it; null when no image was matched. */
  readonly disk: string | null;
  readonly image: string | null;
  /** Why no image was matched; null when one was. */
  readonly unmatched: string | null;
  /** It is a loop device of the guest: the file in there that it is. The host has no image of it; null of any other. */
  readonly guestFile: Pick<GuestFile, 'path' | 'mount'> | null;
  readonly hops: Readonly<Record<Hop, HopState>>;
  readonly slack: Slack | null;
  /** When the guest told how full it is, on which the estimate rests (UTC, ISO 8601); null without one. */
  readonly useToldAt: string | null;
  /**
   * The part of the slack that a trim would give back as things are; null where it cannot be estimated, as
   * after a trim that was in vain for a reason that nobody knows, or where a filesystem leaves out what was lost before.
   */
  readonly nowBytes: number | null;
  /** The same once every fix that is told here has been carried out. */
  readonly afterFixesBytes: number | null;
  readonly findings: readonly DoctorFinding[];
  readonly lastTrim: {
    readonly id: string;
    readonly startedAt: string;
    readonly verdict: Verdict;
    readonly reclaimedBytes: number | null;
    /** What was sent to the host in vain: nothing came back, nobody knows why, and so it would be again. Else null. */
    readonly vainBytes: number | null;
    /** One before the next was lost, and since then a filesystem leaves something out, as words; else null. */
    readonly keptBack: string | null;
  } | null;
}

export interface DoctorGuest {
  readonly name: string;
  readonly state: GuestState;
  readonly agent: 'connected' | 'away' | 'none';
  /** A person keeps its agent out. */
  readonly isRevoked: boolean;
  readonly inside: InsideView;
  /** Is the inventory of a connected agent, or of qemu-ga, here? Without it only the host’s half was examined. */
  readonly announced: boolean;
  readonly disks: readonly DoctorDisk[];
  /** Of the guest as a whole: its fstrim.timer, filesystems that no disk stands behind. */
  readonly findings: readonly DoctorFinding[];
}

/** A pool in which the images may grow by more than is free: only what guests give back keeps it from running full. */
export type FillablePool = Pick<
  PoolState,
  'key' | 'kind' | 'sizeBytes' | 'freeBytes' | 'capacityBytes' | 'allocationBytes' | 'overcommit'
>;

/** `trimtab doctor`: everything read, nothing changed. */
export interface DoctorView {
  /** UTC, ISO 8601. */
  readonly takenAt: string;
  /** Those first of which most would come back once every fix is made; so their disks. */
  readonly guests: readonly DoctorGuest[];
  readonly sum: {
    /** Null where no disk can be estimated. */
    readonly nowBytes: number | null;
    readonly afterFixesBytes: number | null;
    /** Disks with an image of which no estimate can be made. */
    readonly unknownDisks: number;
  };
  /** The fullest first; of a single guest, none is told. */
  readonly fillable: readonly FillablePool[];
  /** How far the estimates were off where trims followed them; null while none did. */
  readonly estimateError: {
    readonly trims: number;
    /** Median of |reclaimed − estimate|. */
    readonly medianBytes: number;
    /** How many of them fell between the least and the most that was estimated. */
    readonly withinBounds: number;
  } | null;
  /** Who was asked which guests there are, and whether it answered. */
  readonly sources: readonly SourceState[];
  /** What is wrong with reading the host itself. */
  readonly findings: readonly Finding[];
}
