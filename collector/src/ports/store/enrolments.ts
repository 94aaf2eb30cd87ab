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
  readonly madeAt: number;
  readonly expiresAt: number;
  readonly madeBy: AskedBy;
}

export type Spending = 'ok' | 'unknown' | 'expired' | 'used';

/**
 * Tokens by which guests join. [EN1] a use is counted at most once for one guest key, in one transaction with the key
 * that it lets in (`GuestKeysStore.join`); [EN2] one that is over is kept for 30 days, so that it can be told from one
 * that never was.
 */
export interface EnrolmentsStore {
  addEnrolment(enrolment: Omit<Enrolment, 'uses'>): Promise<void>;
  /** Those that still let in, the newest first. */
  enrolments(nowMs: number): Promise<readonly Enrolment[]>;
  findEnrolment(key: string): Promise<Enrolment | null>;
  /** False where there is none with this id. */
  withdraw(id: string): Promise<boolean>;
}
