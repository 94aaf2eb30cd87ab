import type { Finding } from '../model/domain.ts';

/**
 * The door of the agents: every connection has a place here from its first packet to its last, so that what many of
 * them may take together has a bound. Which places there are, link/door.ts says.
 */
export interface GuestDoor {
  /** Somebody connects. Whoever is in its way leaves at once. */
  enter(visitor: Visitor): Place;
  /** What there is to say of those that were turned away a short while ago. */
  findings(): readonly Finding[];
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
  /** It has begun to speak, and waits until it is heard: as far as there is room, it is none of those that say nothing. */
  linesUp(): void;
  /** It is heard from now on. */
  comesUp(): void;
  /**
   * Its guest has said hello, and is this by what the host told last. A stranger may be a guest that the host will tell
   * of: until `stands` says so, it is neither.
   */
  greets(greeting: { readonly standing: Standing; readonly uuid: string | null }): string | null;
  /** What its guest is by a reading of the host. */
  stands(standing: Standing): string | null;
  /** It keeps an inventory of so many bytes, in the place of the one before. */
  keeps(inventoryBytes: number): string | null;
  /** A message of so many bytes waits to be dealt with. */
  waits(messageBytes: number): string | null;
  /** It was, however that ended. */
  done(messageBytes: number): void;
  /** The connection is over, and takes nothing any more. */
  free(): void;
}
