import type { Challenge, Credential, GuestIdentity, Hello } from '@trimtab/protocol';
import type { GuestSocket } from '../ports/guest-socket.ts';
import type { ConnectedGuest, GuestProof } from './connected-guest.ts';
import type { Delivered, Refusal } from './session.ts';

/** One connection of a guest: what fails in it ends it, and never a newer one of the same guest. */
export interface GuestSession {
  readonly guest: ConnectedGuest;
  /** Ends it because this end failed it; the agent comes back and sends again what was not acknowledged. */
  fail(): void;
}

/** A guest that says hello, and where it does. */
export interface Arriving {
  readonly hello: Hello;
  readonly socket: Pick<GuestSocket, 'proof' | 'address'>;
}

export interface Challenged {
  readonly message: Challenge;
  /** Of the key that signed it. */
  readonly pin: string;
}

/** One that has said all by which it can be let in. */
export interface Greeting extends Arriving {
  /** Null where it named no key, or none was asked for. */
  readonly answered: { readonly challenged: Challenged; readonly credential: Credential } | null;
}

export type Refused = { readonly kind: 'refused' } & Refusal;

/** May it come in? The host was read for that, or could not be. */
export type Meeting = Refused | Admitted;

export interface Admitted {
  readonly kind: 'admitted';
  readonly proof: GuestProof;
  /** What it says that it is, as far as that is believed. */
  readonly identity: GuestIdentity;
  /** Which it is. Not asked before it has its place: what it shows is stored. `welcome` carries its name. */
  recognise(): Promise<Recognition>;
}

export type Recognition = Refused | ({ readonly kind: 'recognised' } & RecognisedGuest);

export interface RecognisedGuest extends Pick<ConnectedGuest, 'id' | 'name'> {
  /** Other guests that bear another name from now on. */
  readonly renamed: readonly Pick<ConnectedGuest, 'id' | 'name'>[];
}

/** What the rest of the collector does with what guests say. */
export interface GuestLinkEvents {
  /** Does a source of this host tell of it, by what they told last? */
  isKnown(identity: GuestIdentity): boolean;
  /** The same of one that has just said hello, where nobody else can say it: what it names has not been proven yet. */
  recalls(arriving: Arriving): Promise<boolean>;
  /** Of a guest that names a key. */
  challenge(arriving: Arriving): Promise<Challenged>;
  meet(greeting: Greeting): Promise<Meeting>;
  connected(session: GuestSession): void;
  disconnected(guest: ConnectedGuest): void;
  /** Resolves when it has been dealt with, however that ended. */
  said(session: GuestSession, message: Exclude<Delivered, { type: 'inventory' }>): Promise<void>;
}
