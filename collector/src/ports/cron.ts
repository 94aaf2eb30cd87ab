export interface Schedule {
  /** Five or six cron fields, or `@weekly` and its like. */
  readonly expression: string;
  /** `Europe/Vienna`, of the IANA database. */
  readonly timeZone: string;
}

export interface CronCall extends Schedule {
  /** By the clock of its time zone; where the host slept then, when it wakes. */
  onDue(): void;
}

export interface Cron {
  /** Why there is no such schedule, in a few words; null where it can be started. */
  check(schedule: Schedule): Promise<string | null>;
  /** A schedule that was checked. `next`: when it is due the first time; null where it never is. */
  start(call: CronCall): Promise<{ readonly next: Date | null; stop(): void }>;
}
