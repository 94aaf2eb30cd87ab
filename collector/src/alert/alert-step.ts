import type { Alert, Notice } from '../model/alert.ts';
import type { AlertReading, AlertState } from '../model/alert-state.ts';
import type { Timing } from './rule.ts';

export interface AlertStep {
  /** Null: nothing is known of it. */
  readonly state: AlertState | null;
  /** Null where nobody can say how the subject stands. */
  readonly reading: AlertReading | null;
  /** The subject is no more, as is known: a guest that was forgotten. */
  readonly isGone: boolean;
  /** Since the last step, by a clock that nobody sets. */
  readonly elapsedMs: number;
  /** UTC, milliseconds: for the instants that people read, and nothing is decided by it. */
  readonly now: number;
  readonly timing: Timing;
  readonly reminderMs: number;
  readonly isSilenced: boolean;
  readonly host: string;
  newId(): string;
}

export interface AlertStepped {
  readonly state: AlertState | null;
  readonly ended: Alert | null;
  readonly notices: readonly Notice[];
}
