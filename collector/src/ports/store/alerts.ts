import type { Alert, AlertRule, Notice } from '../../model/alert.ts';
import type { AlertState, WatchedAlert } from '../../model/alert-state.ts';
import type { Silence } from '../../model/silence.ts';

/** So many alerts that are over are kept. */
export const ENDED_KEPT = 1_000;

/** What one evaluation has changed. */
export interface AlertChanges {
  /** Null: nothing is left to be known of it. */
  readonly states: readonly { readonly rule: AlertRule; readonly subject: string; readonly state: AlertState | null }[];
  readonly ended: readonly Alert[];
  /** To be posted, in this order. */
  readonly notices: readonly Notice[];
}

/**
 * Where each alert stands, what is to be told of it, and who wants to hear nothing. Every promise resolves only when its
 * change is durable. Obligations, held by test/contract/alerts-store.ts: [AL1] all changes of one call are stored, or
 * none: a state and the notices of it are never apart; [AL2] a notice is waiting once under its id, in the order in
 * which they came, until it is posted; [AL3] of the alerts that are over the newest ENDED_KEPT are kept, in the order in
 * which they ended, whatever any clock says; [AL4] what one host keeps, another does not see; [AL5] all of it survives a
 * restart.
 */
export interface AlertsStore {
  alertStates(): Promise<readonly WatchedAlert[]>;
  saveAlerts(changes: AlertChanges): Promise<void>;
  /** The newest first. */
  endedAlerts(limit: number): Promise<readonly Alert[]>;
  /** Those that were stored and are not known to be posted. */
  waitingNotices(): Promise<readonly Notice[]>;
  /** Of what is posted nothing is kept here. */
  postedNotices(ids: readonly string[]): Promise<void>;
  silences(): Promise<readonly Silence[]>;
  addSilence(silence: Silence): Promise<void>;
  removeSilences(ids: readonly string[]): Promise<void>;
}
