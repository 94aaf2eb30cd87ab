import type { Finding } from './domain.ts';
import type { Day, DayLevel, Forecast } from './forecast.ts';

/** What runs full: a pool, or the metadata of a thin pool, which is as bad. */
export const FILLING_KINDS = ['pool', 'pool-metadata'] as const;
export type FillingKind = (typeof FILLING_KINDS)[number];

/** When a pool is full, and what that rests on. */
export interface PoolForesight {
  /** The key of the pool. */
  readonly pool: string;
  readonly kind: FillingKind;
  /** As they were sampled last. */
  readonly sizeBytes: number;
  readonly usedBytes: number;
  /** The first day that is known of the device that the pool lies on now. */
  readonly since: Day;
  /** What has been happening goes on, trims as they ran. */
  readonly asItGoes: Forecast;
  /** No trim runs any more: what they gave back was no shrinking. Null where none gave anything back, or nobody knows. */
  readonly withoutTrims: Forecast | null;
  /** Null where nobody asked for this pool alone. */
  readonly detail: ForesightDetail | null;
}

export interface ForesightDetail {
  /** Used bytes at the end of each day, of a year at the most; the last is as it is now. */
  readonly levels: readonly DayLevel[];
  /** A trim runs now, and goes on running; see `AfterTrims`. Null where no use is known. */
  readonly withTrims: AfterTrims | null;
  /** The same with the images whose discards are lost as things are. Null where that is no other. */
  readonly afterFixes: AfterTrims | null;
  /** Null of metadata, and where less than a day is known. */
  readonly growers: Growers | null;
  /** Null of metadata. */
  readonly worst: WorstCase | null;
  /** Null where nobody asked `add` or `without`. */
  readonly answer: StorageAnswer | null;
}

/** As if images held no more than the filesystems on them use. An estimate. */
export interface AfterTrims {
  /** What would come back now: the allocation of images above what the filesystems on them use. */
  readonly comesBackBytes: number;
  /** How many images are counted in it: those whose guests tell what they use. */
  readonly images: number;
  readonly forecast: Forecast;
}

/** `other-images`: the images that are not told one by one. `other-files`: all else in the pool, and images that went. */
export const GROWER_KINDS = ['image', 'other-images', 'other-files'] as const;
export type GrowerKind = (typeof GROWER_KINDS)[number];

export interface Grower {
  readonly kind: GrowerKind;
  /** Its path; null of all that is no single image. */
  readonly image: string | null;
  /** Null also where several guests have it. */
  readonly guest: string | null;
  /** It came within the days that were looked at: all that it holds is growth. */
  readonly isNew: boolean;
  /** Negative where it shrank. */
  readonly growthPerDay: number;
  /** Of all that grew; null where it did not grow. */
  readonly share: number | null;
}

/** Who filled the pool: the last level of these days less the first. */
export interface Growers {
  /** How many days that were, 30 at the most. */
  readonly days: number;
  /** Of the whole pool. */
  readonly growthPerDay: number;
  /** Those that grew fastest first. */
  readonly rows: readonly Grower[];
}

export interface WorstCase {
  /** The capacity of all images over the size of the pool; null where the pool cannot be seen now. */
  readonly overcommit: number | null;
  /**
   * Every guest goes on writing as on its fastest day of two weeks, nothing is trimmed, and nobody stops before its image is full. An
   * estimate, from how much the allocation of each image grew, or the use of the filesystems on it where that is more.
   */
  readonly ifAllFilled: {
    /** Null: never, for all of them fit, or do not grow; or not within a hundred years. */
    readonly day: Day | null;
    readonly growthPerDay: number;
    /** Of how many images the growth of a day is known, and how many there are. */
    readonly known: number;
    readonly images: number;
  };
}

/** When it would be full with more storage, or without a guest. */
export interface StorageAnswer {
  /** What was asked for: bytes to add, and the guest to take away; 0 and null without. */
  readonly addBytes: number;
  readonly without: string | null;
  /** What the images of that guest hold now; 0 without one. */
  readonly goesBytes: number;
  readonly forecast: Forecast;
  /** By how many days the median moves; null where one of the two is no date. */
  readonly laterDays: number | null;
}

/** What is foreseen. */
export interface Foreseeing {
  /** When the levels were read that it rests on. UTC, ISO 8601. */
  readonly takenAt: string;
  /** The most urgent first. */
  readonly pools: readonly PoolForesight[];
  /** Pools of this host of which nothing was sampled yet. */
  readonly unsampled: readonly string[];
}

export interface ForesightView extends Foreseeing {
  /** What keeps levels from being read or stored. */
  readonly findings: readonly Finding[];
}

export interface ForesightQuery {
  /** The key of a pool; null: all of them, without detail. */
  readonly pool: string | null;
  /** Bytes more than it has; null: none. Only with a pool. */
  readonly add: number | null;
  /** A guest to be taken away; null: none. Only with a pool. */
  readonly without: string | null;
}
