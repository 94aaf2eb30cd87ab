import type { Scope } from './api-scope.ts';
import type { AskedBy } from './asked-by.ts';
import type { Deed } from './deed.ts';
import type { Finding } from './domain.ts';

const MINUTE_MS = 60_000;

export const DEFAULT_TTL_MS = 60 * MINUTE_MS;
export const SHORTEST_TTL_MS = MINUTE_MS;
export const LONGEST_TTL_MS = 365 * 24 * 60 * MINUTE_MS;
export const MOST_USES = 10_000;

/** So long a key that was replaced goes on being taken, where nothing else is said. */
export const DEFAULT_OVERLAP_MS = 30 * 24 * 60 * MINUTE_MS;
export const LONGEST_OVERLAP_MS = LONGEST_TTL_MS;

export const API_TOKEN_NAME = /^[\w.@-]{1,64}$/;

/** A name for a guest, as a person may give it: nothing that a terminal or a log would take for something else. */
export const GUEST_NAME = /^[\p{L}\p{N}][\p{L}\p{N} ._~:@+-]*$/u;

/** Who is to join by a token. */
export interface EnrollQuery {
  /** Null: whoever shows it is called as it would be. */
  readonly guest: string | null;
  readonly ttlMs: number;
  /** More than one only without a guest. */
  readonly uses: number;
}

/** Instants of all views are UTC, ISO 8601. */
export interface EnrolmentRow {
  readonly id: string;
  readonly guest: string | null;
  readonly mostUses: number;
  readonly uses: number;
  readonly madeAt: string;
  readonly expiresAt: string;
  readonly madeBy: AskedBy;
}

/** A token as it is told once: nobody can be told it again. */
export interface Enrolled extends EnrolmentRow {
  readonly token: string;
  /** For the shell of the guest. */
  readonly command: string;
  /** Where the guest looks for this collector. */
  readonly addresses: readonly string[];
  /** By which it knows this collector. */
  readonly pin: string;
  /** What is to be known before it is carried to a guest. */
  readonly findings: readonly Finding[];
}

export interface EnrolmentsView {
  readonly takenAt: string;
  /** Those that still let in, the newest first. */
  readonly enrolments: readonly EnrolmentRow[];
}

/** Somebody who shows the key of a guest and may be a copy of it. */
export interface HeldRow {
  readonly id: string;
  /** What it calls itself. */
  readonly hostname: string;
  readonly productUuid: string | null;
  readonly machineId: string | null;
  readonly address: string;
  /** The guest whose key it shows; null where that key is not known. */
  readonly keyOf: string | null;
  readonly reason: string;
  readonly firstAt: string;
  readonly lastAt: string;
  /** Who let it in, at its next connection; null while it waits for that. */
  readonly approvedBy: AskedBy | null;
  /** What it is to be called then; null: as it would be. */
  readonly approvedName: string | null;
}

/** What was done to the keys of a guest. */
export interface GuestKeysDone {
  readonly guest: string;
  readonly guestId: string;
  /** How many keys it was done to. */
  readonly keys: number;
}

export interface Renamed {
  readonly guestId: string;
  readonly was: string;
  readonly name: string;
}

/** A key of this collector. */
export interface HostKeyRow {
  readonly pin: string;
  readonly owner: 'operator' | 'own';
  readonly madeAt: string | null;
  /** Until when those who know it alone can connect; null of the one in use. */
  readonly until: string | null;
  /** How many guests have said that they have stored it. */
  readonly knownBy: number;
}

export interface HostKeysView {
  readonly takenAt: string;
  /** The one in use first. */
  readonly keys: readonly HostKeyRow[];
  /** How many guests have a key that is let in. */
  readonly guests: number;
}

export interface ApiTokenRow {
  readonly name: string;
  readonly scope: Scope;
  readonly madeAt: string;
  readonly madeBy: AskedBy;
  /** Null: it has no end. */
  readonly expiresAt: string | null;
}

export interface ApiTokenMade extends ApiTokenRow {
  /** Told once. */
  readonly token: string;
}

export interface ApiTokensView {
  readonly takenAt: string;
  readonly tokens: readonly ApiTokenRow[];
}

export interface ApiTokenQuery {
  readonly name: string;
  readonly scope: Scope;
  /** Null: without an end. */
  readonly ttlMs: number | null;
}

export interface DeedsView {
  readonly takenAt: string;
  /** The newest first. */
  readonly deeds: readonly Deed[];
}
