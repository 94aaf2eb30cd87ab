import type { GuestId } from '../../model/guest-id.ts';
import type { Identity } from '../../model/identity.ts';
import type { Visits } from '../../model/visits.ts';

/** As many as may be connected at once (io/agent-server.ts): more than a host has, and few enough to look through. */
export const STRANGERS_KEPT = 4_096;

export interface GuestRecord {
  readonly id: GuestId;
  /** Unique on this host. */
  readonly name: string;
  /** All by which it has been recognised: the strongest kind first, and of one kind the newest. */
  readonly identities: readonly Identity[];
  /** Of the agent that was last here; null where none ever was. */
  readonly agentVersion: string | null;
  readonly firstSeenAt: number;
  readonly lastSeenAt: number;
  /** Null of one whose agent stays, or never said. */
  readonly visits: Visits | null;
}

/** A guest that can be asked from now on, with what the host knows of it: its agent has just said hello, or its
 * qemu-ga has answered. */
export interface ShownGuest {
  /** The strongest first; at least one. */
  readonly identities: readonly Identity[];
  /** What it is to be called, and whose word that is. */
  readonly name: string;
  /** A person's: the token that it joins by was made for this name. */
  readonly namedBy: 'person' | 'hypervisor' | 'guest';
  /** Names of the hypervisor's guests that it was not proven to be. */
  readonly takenNames: Pick<ReadonlySet<string>, 'has'>;
  /** Null where no agent of ours speaks for it: that of one that was here before stays. */
  readonly agentVersion: string | null;
  readonly seenAt: number;
  /** Is a guest connected now? It is not forgotten then. */
  isHere(id: GuestId): boolean;
}

export interface NamedGuest {
  readonly id: GuestId;
  readonly name: string;
}

export interface Recognised extends NamedGuest {
  /** Other guests that bear another name now, because the hypervisor gave theirs to this one. */
  readonly renamed: readonly NamedGuest[];
  /** Guests that were forgotten for it, rule [ST12]. */
  readonly forgotten: readonly GuestId[];
}

/** A guest whose domain bears another name than when it was recognised, or that a person calls otherwise. */
export interface RenamedGuest extends NamedGuest {
  readonly namedBy: 'person' | 'hypervisor';
  /** Names of the hypervisor's other guests. */
  readonly takenNames: Pick<ReadonlySet<string>, 'has'>;
}

export interface SeenGuest {
  readonly id: GuestId;
  readonly seenAt: number;
  readonly visits: Visits | null;
}

/**
 * The guests that this host remembers. Every promise resolves only when its change is durable. Obligations, held by
 * test/contract/guests-store.ts: [ST7] the first identity that leads to a guest decides which it is, one that leads to
 * none makes a new guest, and all that are shown lead to it from then on; [ST8] names are unique on a host
 * (store/give-name.ts says who gets which); [ST9] a guest that is renamed keeps its past; [ST10] what one host knows,
 * another host does not see; and by test/collector/store/strangers.test.ts: [ST12] of the guests that no hypervisor of
 * this host was ever seen to know, STRANGERS_KEPT are kept, and those that are connected: the ones that never had a
 * trim go first, then those that were seen longest ago, by the order in which they were. A guest that the hypervisor
 * knows is not forgotten so; [ST13]
 * of a guest that a person has forgotten nothing is left: its name is free, and what led to it leads nowhere.
 */
export interface GuestsStore {
  recognise(shown: ShownGuest): Promise<Recognised>;
  /** What it, and others whose name it has now, are called from now on; nobody where it is not there. */
  rename(guest: RenamedGuest): Promise<readonly NamedGuest[]>;
  /** In one transaction; a guest that is not there is left out. */
  sawGuests(seen: readonly SeenGuest[]): Promise<void>;
  /** With all its trims, in one transaction. */
  forgetGuest(id: GuestId): Promise<void>;
  countTrims(id: GuestId): Promise<number>;
  /** By name. */
  guests(): Promise<readonly GuestRecord[]>;
  /** Those of them, in any order, that have one of these words for their id, their name, or an identity. */
  findGuests(words: readonly string[]): Promise<readonly GuestRecord[]>;
}
