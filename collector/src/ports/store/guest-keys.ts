import type { AskedBy } from '../../model/asked-by.ts';
import type { GuestId } from '../../model/guest-id.ts';
import type { Spending } from './enrolments.ts';

/** The public key of a guest that has joined. */
export interface GuestKey {
  /** Ed25519, base64url. Unique on a host. */
  readonly key: string;
  readonly guest: GuestId;
  /** What the guest said of itself when it joined; another one that shows this key is a copy. */
  readonly productUuid: string | null;
  readonly machineId: string | null;
  readonly state: 'active' | 'revoked';
  readonly joinedAt: number;
  readonly joinedBy: AskedBy;
  /** Who revoked it, and when; null while it is active. */
  readonly revokedBy: AskedBy | null;
  readonly revokedAt: number | null;
  /** The pins that it said it has stored (`learned`); empty until then. */
  readonly learnedPins: readonly string[];
}

/** A guest that shows the key of another and may be a copy of it. */
export interface HeldGuest {
  readonly id: string;
  readonly key: string;
  readonly productUuid: string | null;
  readonly machineId: string | null;
  readonly bootId: string | null;
  readonly hostname: string;
  readonly address: string;
  /** For people: one sentence. */
  readonly reason: string;
  readonly firstAt: number;
  readonly lastAt: number;
  readonly approvedBy: AskedBy | null;
}

/** More than these are somebody who makes them up: the one seen longest ago goes. */
export const HELD_KEPT = 256;

/**
 * Who may connect as whom. Every promise resolves only when its change is durable. [GK1] a key leads to one guest;
 * [GK2] a key that joins by a token takes one of its uses in the same transaction, and none where it has joined by it
 * already; [GK3] a guest that is forgotten leaves no key; [GK4] what one host knows, another does not see; [GK5] a
 * revoked key stays, so that it is known as one.
 */
export interface GuestKeysStore {
  findKey(key: string): Promise<GuestKey | null>;
  /** Keys of one guest, or of all. */
  keys(guest?: GuestId): Promise<readonly GuestKey[]>;
  /** By a token, whose key is `enrolment`. `ok` also where this key had joined by it before. */
  join(call: {
    readonly key: Omit<GuestKey, 'state' | 'revokedAt' | 'revokedBy' | 'learnedPins'>;
    readonly enrolment: string;
    readonly nowMs: number;
  }): Promise<Spending>;
  /** In the place of another's key, by a person's word. */
  admit(call: {
    readonly key: Omit<GuestKey, 'state' | 'revokedAt' | 'revokedBy' | 'learnedPins'>;
    readonly held: string;
  }): Promise<void>;
  /** All keys of a guest; how many there were. */
  revoke(call: { readonly guest: GuestId; readonly by: AskedBy; readonly nowMs: number }): Promise<number>;
  /** Those of a guest again. */
  reinstate(call: { readonly guest: GuestId; readonly by: AskedBy; readonly nowMs: number }): Promise<number>;
  learned(call: { readonly key: string; readonly pins: readonly string[] }): Promise<void>;
  /** Notes one, or notes it again: the same key, UUID and machine-id are the same one. */
  hold(guest: Omit<HeldGuest, 'id' | 'firstAt' | 'approvedBy'>): Promise<HeldGuest>;
  held(): Promise<readonly HeldGuest[]>;
  /** False where there is none. */
  approve(call: { readonly held: string; readonly by: AskedBy }): Promise<boolean>;
  /** Is not asked again. */
  dismiss(held: string): Promise<boolean>;
}
