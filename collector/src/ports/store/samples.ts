import type { Resolution, Sample, SeriesKey, SeriesKind, SeriesPoint, SeriesState } from '../../model/series.ts';

/** A stretch of time: from the first instant, up to and without the second (UTC, milliseconds). */
export interface Stretch {
  readonly from: number;
  readonly to: number;
}

/**
 * Levels as they were sampled, and their roll-ups. Obligations, held by test/contract/samples-store.ts: [SA1] `add`
 * resolves when its samples and the roll-ups of their hours and days are durable, all or none (but of those of a series
 * for which there is no room, or whose name is too long, nothing is kept, and the log says so); [SA2] a second sample of
 * one series and instant changes nothing while the first is kept; [SA3] one that comes late, or from a clock that was
 * set back, is taken in its place; [SA4] pruning takes what is older than it is kept, some at a time, and nobody who
 * adds or asks waits for it longer than for one such part. How old something is, stretches of time tell in which
 * something was sampled, and no clock: where it jumps, nothing goes that else would stay; [SA5] what is told is the same
 * after every restart, and after a kill at any moment.
 */
export interface SamplesStore {
  addSamples(samples: readonly Sample[]): Promise<void>;
  /** In the order of time. */
  points(
    query: Stretch & { readonly series: SeriesKey; readonly resolution: Resolution },
  ): Promise<readonly SeriesPoint[]>;
  /** The same of every series of a kind that has any, or of those of some subjects alone. */
  pointsOfKind(
    query: Stretch & {
      readonly kind: SeriesKind;
      readonly resolution: Resolution;
      readonly subjects?: ReadonlySet<string>;
    },
  ): Promise<readonly { readonly series: SeriesKey; readonly points: readonly SeriesPoint[] }[]>;
  /**
   * Every series of a kind that was ever sampled and is not pruned away, as it stood in the call that sampled it last:
   * after a clock that was ahead, `lastAt` is earlier than its newest point.
   */
  series(kind: SeriesKind): Promise<readonly SeriesState[]>;
  /** Of a guest that is forgotten: its filesystems. */
  forgetSeries(wanted: { readonly kind: SeriesKind; readonly subjectBegins: string }): Promise<void>;
}
