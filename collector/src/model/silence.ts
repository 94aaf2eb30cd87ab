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
