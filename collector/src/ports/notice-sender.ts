import type { Alert, AlertRule, Notice } from '../model/alert.ts';
import type { PoolLevel } from '../model/pool-level.ts';

/** What is so now. */
export interface Standing {
  /** Alerts that began and have not ended. */
  readonly alerts: readonly Alert[];
  readonly readPools: () => Promise<readonly PoolLevel[]>;
}

/**
 * One way to tell people, to one receiver. Both calls throw a Fault `notice-…` that says why the receiver did not take
 * it, and end with the signal. The same notice may come again: each has the same key (alert/notice-key.ts), by which a
 * receiver can tell.
 */
export interface NoticeSender {
  /** That of its `[[notify]]`; where that has several receivers, `night-shift/root@example.org`. */
  readonly name: string;
  /** Alerts of these rules alone; null: of all. */
  readonly rules: readonly AlertRule[] | null;
  /** People read there: many notices of one event and one rule are told as one (a `GroupNotice`). */
  readonly groups: boolean;
  /** How long one attempt may last, where that is longer than for others. */
  readonly attemptMs: number | null;
  send(notice: Notice, signal: AbortSignal): Promise<void>;
  /** Says what is so, to a receiver that would forget it otherwise; null where none does. */
  readonly restate: ((standing: Standing, signal: AbortSignal) => Promise<void>) | null;
  /** Takes leave, within a second. */
  stop(): Promise<void>;
}

/** The code of a fault after which the same notice will not be taken at another time either. */
export const REFUSED_FOR_GOOD = 'notice-refused';

/** Between the name of a `[[notify]]`, which has none in it, and which of its receivers it is. */
export const OF_ENTRY = '/';
