import type { GuestId } from '../../model/guest-id.ts';

export interface GuestRecord {
  /** What the guest is recognised by: its product UUID, else its machine-id. */
  readonly id: GuestId;
  readonly name: string;
  readonly agentVersion: string;
  readonly firstSeenAt: number;
  readonly lastSeenAt: number;
}

/** The guests that this host has ever heard of. Every promise resolves only when its change is durable. */
export interface GuestsStore {
  rememberGuest(guest: { id: GuestId; name: string; agentVersion: string; seenAt: number }): Promise<void>;
  guests(): Promise<readonly GuestRecord[]>;
}
