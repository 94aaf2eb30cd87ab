export interface CronCall {
  /** Five or six cron fields, or `@weekly` and its like. */
  readonly expression: string;
  /** `Europe/Vienna`, of the IANA database. */
  readonly timeZone: string;
  onDue(): void;
}

export interface Cron {
  /** Throws a Fault `bad-setting` for an expression, or a time zone, that there is not. */
  start(call: CronCall): Promise<{ stop(): void }>;
}
