import type { AskedBy } from '../../model/asked-by.ts';

/** A token that was made, without its secret. */
export interface Enrolment {
  readonly id: string;
  /** The public key that the secret makes (Ed25519, base64url). */
  readonly key: string;
  /** The name that it was made for; null where each guest is called as it would be. */
  readonly guest: string | null;
  readonly mostUses: number;
  readonly uses: number;
  /** UTC, milliseconds, as all instants here. */
  readonly madeAt: number;
  readonly expiresAt: number;
  readonly madeBy: AskedBy;
}

export type Spending = 'ok' | 'unknown' | 'expired' | 'used';

/** Of tokens that let nobody in any more, the newest. */
export const ENROLMENTS_KEPT = 1_024;

/**
 * Tokens by which guests join. Every promise resolves only when its change is durable. Obligations, held by
 * test/contract/enrolments-store.ts: [EN1] a use is counted at most once for one guest key, in one transaction with the
 * key that it lets in (`GuestKeysStore.join`); [EN2] of those that are over the newest ENROLMENTS_KEPT are kept, so that
 * they can be told from one that never was; [EN3] one that was withdrawn is gone; [EN4] what one host made, another does
 * not see; [EN5] when a guest has joined by one that was made for a name, all others for that name that still let in are
 * withdrawn: it needs none, and whoever has one could take its place.
 */
export interface EnrolmentsStore {
  addEnrolment(enrolment: Omit<Enrolment, 'uses'>): Promise<void>;
  /** Those that still let in, the newest first. */
  enrolments(nowMs: number): Promise<readonly Enrolment[]>;
  findEnrolment(key: string): Promise<Enrolment | null>;
  /** False where there is none with this id. */
  withdraw(id: string): Promise<boolean>;
}
