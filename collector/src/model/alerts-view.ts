import type { Alert } from './alert.ts';
import type { Finding } from './domain.ts';
import type { Silence } from './silence.ts';

/** One alert for who asks. Instants are UTC, ISO 8601. */
export interface AlertRow extends Omit<Alert, 'startedAt' | 'endedAt'> {
  readonly startedAt: string;
  readonly endedAt: string | null;
  /** Who knows of it, until its values change; null where nobody said so. */
  readonly acknowledged: {
    readonly at: string;
    readonly by: string | null;
    readonly comment: string | null;
  } | null;
  /** Null while it is so, and where nobody can tell. */
  readonly easing: Easing | null;
  /** Null where no silence fits it. */
  readonly silencedUntil: string | null;
}

export interface SilenceRow extends Omit<Silence, 'madeAt' | 'until'> {
  readonly madeAt: string;
  readonly until: string;
}

/** It is under its mark, and the alert ends if that stays so. */
export interface Easing {
  /** As it is now. */
  readonly sentence: string;
  readonly endsInMs: number;
}

/** It is as a rule says, and is an alert if that stays so. */
export interface PendingAlert extends Pick<Alert, 'rule' | 'subject' | 'severity' | 'sentence' | 'hint'> {
  readonly startsInMs: number;
}

export interface NewSilence extends SilenceRow {
  /** It fits a rule, a pool or a guest that there is now. */
  readonly fits: boolean;
}

/** `trimtab alerts`. */
export interface AlertsView {
  readonly takenAt: string;
  /** The critical ones first, then those that started first. */
  readonly firing: readonly AlertRow[];
  /** Those that start first before the others. */
  readonly pending: readonly PendingAlert[];
  /** Those that ended last before the others. */
  readonly ended: readonly AlertRow[];
  readonly silences: readonly SilenceRow[];
  /** What is missing here while the database cannot be used. */
  readonly findings: readonly Finding[];
}

export interface AlertsQuery {
  /** All that are kept of those that ended, not only the last ones. */
  readonly all: boolean;
}

export interface SilenceQuery {
  readonly pattern: string;
  readonly forMs: number;
  readonly by: string | null;
  readonly comment: string | null;
}

export interface UnsilenceQuery {
  /** The pattern of some silences, or the id of one, or how it begins. */
  readonly silence: string;
}

export interface Unsilenced {
  readonly removed: readonly SilenceRow[];
}

export interface AcknowledgeQuery {
  /** Of an alert that fires, or how it begins. */
  readonly id: string;
  readonly by: string | null;
  readonly comment: string | null;
}
