/** Where bytes can be counted on the discard path, from the guest's filesystem to the host's free space. */
export const HOPS = ['trimmed', 'issued', 'received', 'passed', 'reclaimed', 'regained'] as const;
export type Hop = (typeof HOPS)[number];

/** What was read, in the field's words (`discard of node disk0-format`), and what it was. */
export interface Evidence {
  readonly fact: string;
  readonly value: string;
}

/** The change that ends a cause. */
export interface Fix {
  /** Where the commands are for, as root. */
  readonly on: 'guest' | 'host';
  /** What must be done before the commands: power the guest off. Left out where nothing must. */
  readonly first?: string;
  /** Each a line to copy and run, in this order; empty where no command does it. */
  readonly commands: readonly string[];
  /** For people: what to do besides, or instead. */
  readonly note: string | null;
  /** Must QEMU be started anew? A reboot from inside the guest keeps the one that runs. */
  readonly needsPowerCycle: boolean;
}

/** A cause that was found, in this guest or on this host. */
export interface Found {
  /** One sentence for people, with the names and numbers of this case. */
  readonly sentence: string;
  readonly evidence: readonly Evidence[];
  /** Null where nothing is to be mended, or only by a decision that is not ours. */
  readonly fix: Fix | null;
}

/**
 * What a cause does to the space that a trim was to give back. `note`: no trim fails because of it, but a person
 * wants to know.
 */
export type Effect = 'lost' | 'held' | 'stale' | 'unmeasurable' | 'inconclusive' | 'note';

/** One entry of the closed list of causes: what docs/causes.md is made of. */
export interface Cause {
  /** Stable: programs compare it, and its page is `docs/causes.md#<id>`. */
  readonly id: string;
  /** The hop at which it takes hold. */
  readonly hop: Hop;
  readonly effect: Effect;
  /** One sentence for people, true of every case. */
  readonly title: string;
  /** How it comes about, with the source of the fact. */
  readonly why: string;
  /** What proves it. */
  readonly signal: string;
  /** What ends it. */
  readonly cure: string;
}

/** Where a cause is explained. */
export const pageOf = ({ id }: Pick<Cause, 'id'>): string => `docs/causes.md#${id}`;
