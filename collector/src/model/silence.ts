export const LONGEST_SILENCE_MS = 366 * 86_400_000;
/** Of who says something, and of why. */
export const WORDS_LIMIT = 500;

/** Of the alerts that it fits, no notice is posted until then. */
export interface Silence {
  readonly id: string;
  /** A rule, a subject, or `RULE:SUBJECT`; `*` stands for any text. */
  readonly pattern: string;
  /** UTC, milliseconds. */
  readonly madeAt: number;
  readonly until: number;
  /** Who, in their own words; null where nobody said. */
  readonly by: string | null;
  readonly comment: string | null;
}
