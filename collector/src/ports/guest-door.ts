/**
 * The door of the agents: every connection has a place here from its first packet to its last, so that what many of
 * them may take together has a bound. Which places there are, link/door.ts says.
 */
export interface GuestDoor {
  /** Somebody connects. Whoever is in its way leaves at once. */
  enter(visitor: Visitor): Place;
}

export interface Visitor {
  /** Where it comes from: the address without its port. */
  readonly address: string;
  /** Its place is needed for another. Called once at the most. */
  leave(reason: string): void;
}

/** A guest that a source of this host tells of, or one of which nobody here knows more than it says. */
export type Standing = 'known' | 'stranger';

/** Each answer is null, or why the connection has to go. */
export interface Place {
  /** Its guest has said hello. */
  greeted(standing: Standing): string | null;
  /** It keeps an inventory of so many bytes, in the place of the one before. */
  keeps(inventoryBytes: number): string | null;
  /** A message of so many bytes waits to be dealt with. */
  waits(messageBytes: number): string | null;
  /** It was, however that ended. */
  done(messageBytes: number): void;
  /** The connection is over, and takes nothing any more. */
  free(): void;
}
