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

/** An age below 0 or above `mostMs` is that of a clock which was set, or of a host that slept. */
export function isStillSo(
  { overview, isWhole, changes, guests }: Remembered,
  { mostMs, ...present }: Present & { readonly mostMs: number },
): boolean {
  const ageMs = present.now - overview.surveyedAt;
  const isRecent = ageMs >= 0 && ageMs <= mostMs;
  return isRecent && isWhole && changes === present.changes && guests === present.guests;
}
