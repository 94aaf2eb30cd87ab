import type { Alert, AlertRule, AlertSeverity } from './alert.ts';

/** What one rule finds of one subject now. */
export interface AlertReading {
  readonly rule: AlertRule;
  readonly subject: string;
  /** `over`: it is as the rule says. `under`: it is past the lower mark as well. `between`: what was so stays so. */
  readonly stands: 'over' | 'between' | 'under';
  readonly severity: AlertSeverity;
  readonly sentence: string;
  readonly hint: string | null;
  readonly values: Readonly<Record<string, number>>;
  /** Once it is worse by more than a step, it is another matter than the one that somebody has acknowledged. */
  readonly badness: { readonly level: number; readonly step: number };
}

/** Somebody knows of it, and is not reminded until it is another matter. */
export interface Acknowledgement {
  /** UTC, milliseconds. */
  readonly at: number;
  /** Who, in their own words; null where nobody said. */
  readonly by: string | null;
  readonly comment: string | null;
  readonly severity: AlertSeverity;
  readonly level: number;
}

/**
 * Where one rule stands with one subject. Its times are counted while the collector runs and looks, so that no clock
 * that is set makes them longer or shorter: all are milliseconds of such time. `restarts`: how often it began anew
 * within a day of its last end.
 */
export type AlertState =
  | {
      readonly kind: 'idle';
      /** Over for so long without a break; null while it is not. */
      readonly overMs: number | null;
      /** Since its last end; null where there was none within a day. */
      readonly calmMs: number | null;
      readonly restarts: number;
    }
  | {
      readonly kind: 'firing';
      readonly alert: Alert;
      readonly badness: AlertReading['badness'];
      readonly restarts: number;
      /** Under for so long without a break; null while it is not. */
      readonly underMs: number | null;
      /** So long nobody could say how its subject stands; 0 while somebody does. */
      readonly unseenMs: number;
      /** The notice of its start was posted, and so its end will be. Not so while it is silenced. */
      readonly isTold: boolean;
      /** Since its last notice. */
      readonly sinceNoticeMs: number;
      /** It has become worse under a silence, and is told of that when the silence ends. */
      readonly isDue: boolean;
      readonly reminders: number;
      readonly acknowledged: Acknowledgement | null;
    };

export interface WatchedAlert {
  readonly rule: AlertRule;
  readonly subject: string;
  readonly state: AlertState;
}
