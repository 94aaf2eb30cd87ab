export interface CronCall {
  /** Five or six cron fields, or `@weekly` and its like. */
  readonly expression: string;
  /** `Europe/Vienna`, of the IANA database. */
  readonly timeZone: string;
  /** `late`: the moment passed while the guest was suspended or too busy. */
  readonly onDue: (due: { readonly late: boolean }) => void;
}

export interface CronSchedule {
  /** UTC, milliseconds since 1970; null if there is no next time. */
  nextDueAt(): number | null;
  stop(): void;
}

export interface Cron {
  /** What is wrong with an expression or a time zone; null if nothing is. */
  check(call: { readonly expression: string; readonly timeZone: string }): Promise<string | null>;
  start(call: CronCall): Promise<CronSchedule>;
}
