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
  /** UTC, milliseconds, as all instants here. */
  readonly joinedAt: number;
  readonly joinedBy: AskedBy;
  /** Who revoked it, and when; null while it is active. By a token: the guest has joined anew, with another key. */
  readonly revokedBy: AskedBy | null;
  readonly revokedAt: number | null;
  /** The pins that it said it has stored (`learned`); empty until then. */
  readonly learnedPins: readonly string[];
}

/** A key that is let in. */
export type NewGuestKey = Omit<GuestKey, 'state' | 'revokedAt' | 'revokedBy' | 'learnedPins'>;

/** A guest that shows the key of another and may be a copy of it. */
export interface HeldGuest {
  readonly id: string;
  readonly key: string;
  /** The token that it showed last (its id); null where it showed none. */
  readonly enrolment: string | null;
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
  /** What it is to be called, by the word of whoever approved it; null: as it would be. */
  readonly approvedName: string | null;
  /** By a person, who does not want to be asked of it again. */
  readonly isDismissed: boolean;
}

/** More than these are somebody who makes them up: the one seen longest ago goes. */
export const HELD_KEPT = 256;

/**
 * Who may connect as whom. Every promise resolves only when its change is durable. Obligations, held by
 * test/contract/guest-keys-store.ts: [GK1] a key leads to one guest, the one that it joined as last; [GK2] a key that
 * joins by a token takes one of its uses in the same transaction, and none where it has joined by it already; [GK3] a
 * guest that is forgotten leaves no key, and nobody held because of one; [GK4] what one host knows, another does not
 * see; [GK5] a revoked key stays, so that it is known as one, and no token lets it in; [GK6] a guest has one key: when it
 * joins by another, those before it are revoked, and are not reinstated; [GK7] a guest with a key is no stranger: it is
 * not forgotten for others (rule [ST12]), and its trims are not counted as theirs; [GK8] a guest that is held is noted
 * once, and stays approved until it is held in another boot; of all that are not approved the HELD_KEPT that were seen
 * last are kept; [GK9] it stays dismissed until it is held for another reason, or, where it says all that the guest of
 * its key says, in another boot: then it may be that guest; [GK10] when a guest joins, or is let in again, nobody is held
 * any more who says what it says, but those whom a person has approved.
 */
export interface GuestKeysStore {
  findKey(key: string): Promise<GuestKey | null>;
  /** Keys of one guest, or of all, in the order in which they joined. */
  keys(guest?: GuestId): Promise<readonly GuestKey[]>;
  /** By a token, whose key is `enrolment`. `ok` also where this key had joined by it before; `unknown` a revoked one. */
  join(call: { readonly key: NewGuestKey; readonly enrolment: string; readonly nowMs: number }): Promise<Spending>;
  /** In the place of another's key, by a person's word. False where that one is not held, or not approved. */
  admit(call: { readonly key: NewGuestKey; readonly held: string }): Promise<boolean>;
  /** All keys of a guest; how many there were that were active. */
  revoke(call: { readonly guest: GuestId; readonly by: AskedBy; readonly nowMs: number }): Promise<number>;
  /** Those of a guest that a person has revoked; how many there were. */
  reinstate(call: { readonly guest: GuestId }): Promise<number>;
  /** One that was saved, as it was. False where this key is known. */
  restoreKey(key: GuestKey): Promise<boolean>;
  learned(call: { readonly key: string; readonly pins: readonly string[] }): Promise<void>;
  /** Notes one, or notes it again: the same key, UUID and machine-id are the same one. */
  hold(guest: Omit<HeldGuest, 'id' | 'firstAt' | 'approvedBy' | 'approvedName' | 'isDismissed'>): Promise<HeldGuest>;
  /** Also those that were dismissed; the one seen last first. */
  held(): Promise<readonly HeldGuest[]>;
  /** False where there is none. */
  approve(call: { readonly held: string; readonly by: AskedBy; readonly name: string | null }): Promise<boolean>;
  /** Nobody is asked of it again, but as [GK9] says. False where there is none. */
  dismiss(held: string): Promise<boolean>;
}
