import type { Overview } from './overview.ts';
import type { Surveyed } from './surveyed.ts';

/** What was known when a survey began. */
export interface Before {
  readonly beganMs: number;
  /** How much had changed until then (`outdate`), and who was connected. */
  readonly changes: number;
  readonly guests: string;
}

export interface Remembered extends Before {
  /** By the same clock as `beganMs`: when the survey was over. */
  readonly endedMs: number;
  readonly surveyed: Surveyed;
  /** With the levels that were sampled last. */
  readonly overview: Overview;
  /** Nothing has lost its level since. */
  readonly isWhole: boolean;
}

interface Present extends Before {
  /** UTC, milliseconds. */
  readonly now: number;
}

/**
 * `other-guests`: guests came or went since, and with them perhaps a QEMU that nobody has surveyed; all else is as it
 * was. An age below 0 or above `mostMs` is that of a clock which was set, or of a host that slept.
 */
export function compareWithNow(
  { overview, isWhole, changes, guests }: Remembered,
  { mostMs, ...present }: Present & { readonly mostMs: number },
): 'same' | 'other-guests' | 'no-longer-so' {
  const ageMs = present.now - overview.surveyedAt;
  const isRecent = ageMs >= 0 && ageMs <= mostMs;
  if (!isRecent || !isWhole || changes !== present.changes) return 'no-longer-so';
  return guests === present.guests ? 'same' : 'other-guests';
}
