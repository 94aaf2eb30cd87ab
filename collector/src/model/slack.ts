/**
 * What a trim of this image could give back now: its allocation minus what the filesystems on it use and minus the
 * format's own overhead. An estimate: what the guest says of its use is a moment old, and how much of a filesystem's
 * own structures (journal, inode tables) was ever written nobody tells. So it has two bounds. It lies in the middle of
 * them until a trim has shown how much of the allocation above use stays.
 */
export interface Slack {
  /**
   * Null where it cannot be told where between the bounds: what lay outside the filesystems may have been given back.
   */
  readonly estimateBytes: number | null;
  /** Surely in excess: more than the whole disk but for the blocks that its filesystems call free. */
  readonly leastBytes: number;
  /** No more than this: allocation minus what is in use, with no overhead at all. */
  readonly mostBytes: number;
  /**
   * Of that, what the filesystems call used and may give up all the same: a reserve of xfs or btrfs. Absent where they
   * have none.
   */
  readonly reserveBytes?: number;
}

/**
 * What an image holds where no mounted filesystem of its guest is. No trim brings it back, so it is no part of the
 * slack.
 */
export interface Outside {
  readonly leastBytes: number;
  readonly mostBytes: number;
}
