import type { GuestId } from './guest-id.ts';

/**
 * What is sampled steadily. `pool`: used bytes (size less free) of its size. `pool-metadata`: of a thin pool, alike.
 * `image`: its allocation, of its capacity. `filesystem`: what its guest says that it uses, of its size.
 * `pool-given-back`: what a pool got back by trims since sampling began. It rises, but for what was found out later.
 */
export const SERIES_KINDS = ['pool', 'pool-metadata', 'image', 'filesystem', 'pool-given-back'] as const;
export type SeriesKind = (typeof SERIES_KINDS)[number];

/** Which levels belong together. Unique on a host. */
export interface SeriesKey {
  readonly kind: SeriesKind;
  /** The key of a pool, the path of an image, or of a filesystem `GUEST_ID MOUNT` (its guest's id, and a blank). */
  readonly subject: string;
  /**
   * What the subject lies on: another filesystem mounted in its place is another series. Of a pool what tells its
   * device apart from others (`8:1`, a filesystem's UUID, a thin pool's UUID); empty where nothing tells.
   */
  readonly device: string;
}

/** Of a filesystem of a guest: all of one guest begin alike. */
export function toFilesystemSubject({ guestId, mount }: { guestId: GuestId; mount: string }): string {
  return `${guestId} ${mount}`;
}

/** One level, as it was at one moment. */
export interface Sample {
  readonly series: SeriesKey;
  /** UTC, milliseconds. */
  readonly at: number;
  /** Bytes. */
  readonly levelBytes: number;
  /** Bytes; null where nobody told. */
  readonly limitBytes: number | null;
}

/** Raw ones are kept for two days, by the hour for 90 days and by the day for five years (settings). */
export type Resolution = 'raw' | 'hour' | 'day';

/** The levels of one stretch of time: of a raw point, one sample. */
export interface SeriesPoint {
  /** The beginning of its hour or day (UTC, milliseconds); of a raw point, when it was sampled. */
  readonly at: number;
  /** The last of the stretch. */
  readonly levelBytes: number;
  readonly leastBytes: number;
  readonly mostBytes: number;
  /** The last of the stretch, or one that was told before it; null where none was told. */
  readonly limitBytes: number | null;
  /** How many there were. A stretch without any has no point. */
  readonly samples: number;
}

/** One series as it stands. */
export interface SeriesState {
  readonly series: SeriesKey;
  readonly firstAt: number;
  readonly lastAt: number;
  readonly levelBytes: number;
  readonly limitBytes: number | null;
}
