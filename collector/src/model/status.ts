import type { Inventory } from '@trimtab/protocol';
import type { Finding, Source, SourceState } from './domain.ts';
import type { HeldRow } from './enrolment.ts';
import type { Forecast } from './forecast.ts';
import type { InsideAllows } from './guest-agent.ts';
import type { Inside } from './guest-inside.ts';
import type { ImageKind } from './image.ts';
import type { PoolState } from './pool.ts';
import type { Visits } from './visits.ts';

/** One image and whose disk it is: a row of `trimtab status`. */
export interface ImageRow {
  readonly path: string;
  readonly pool: string | null;
  readonly kind: ImageKind;
  readonly format: string;
  readonly capacityBytes: number | null;
  readonly allocationBytes: number | null;
  readonly physicalBytes: number | null;
  /** Why the allocation is null. */
  readonly unmeasured: string | null;
  readonly guest: string;
  /** Who can be asked in it: of a qemu-ga what it said when it was last asked, for an overview asks nobody. */
  readonly inside: InsideView;
  /** Who told of the guest. */
  readonly source: Source;
  /** The guest has it to read only. */
  readonly readOnly: boolean;
  /** The hypervisor's name for the disk. */
  readonly disk: string;
  /** The guest's name for it and the key that matched; null while no agent says. */
  readonly device: string | null;
  readonly matchedBy: string | null;
  /** Why nothing matched, when an agent is there and nothing did. */
  readonly unmatched: string | null;
  /** `unmap` only if every node of the path passes discards; null where the hypervisor did not say. */
  readonly discard: 'unmap' | 'ignore' | null;
}

/**
 * A file beside the images of guests that is called as an image is, and that no guest of this host is known to have.
 */
export interface UnclaimedImage {
  readonly path: string;
  /** The key of a pool. */
  readonly pool: string | null;
  readonly allocationBytes: number;
  readonly physicalBytes: number;
}

/** `now`: looked at anew, instead of what was sampled last. */
export interface StatusQuery {
  readonly now: boolean;
}

/** Instants are UTC, ISO 8601. */
export interface StatusView {
  /** When what changes from moment to moment was read: allocations, and what the pools have free. */
  readonly takenAt: string;
  /** When the rest was: which guests, disks, images and pools there are. */
  readonly surveyedAt: string;
  /** When it was asked for: by so much all else may be older. */
  readonly askedAt: string;
  readonly pools: readonly PoolState[];
  readonly images: readonly ImageRow[];
  /** The largest first, at most 200. */
  readonly unclaimed: readonly UnclaimedImage[];
  readonly sources: readonly SourceState[];
  readonly findings: readonly Finding[];
  /** How many alerts fire: `trimtab alerts`. */
  readonly firingAlerts: number;
  /** When these pools are full, as far as that was foreseen lately: see model/foresight.ts, `asItGoes`. */
  readonly forecasts: readonly PoolForecast[];
}

export interface PoolForecast {
  /** The key of the pool. */
  readonly pool: string;
  readonly forecast: Forecast;
}

/** Who can be asked inside a guest. */
export interface InsideView {
  readonly kind: Inside | 'none';
  /** Of the agent, or of qemu-ga, which not every way to it tells. */
  readonly version: string | null;
  /** What its qemu-ga may do; null of an agent of ours, and where nobody is. */
  readonly allows: InsideAllows | null;
  /**
   * Why nobody can be asked, or why qemu-ga does not tell what is mounted, a clause, and what changes that; null where
   * somebody tells all, and where nobody knows.
   */
  readonly why: string | null;
  readonly hint: string | null;
}

/**
 * `connected`: its agent, or its qemu-ga, can be asked. `off`: no QEMU of it runs on this host. `away`: its agent is
 * not connected, and nobody says that it is off. `visits`: the same of one that does not stay. `no-agent`: none has ever connected.
 */
export const GUEST_STATES = ['connected', 'away', 'visits', 'off', 'no-agent'] as const;
export type GuestState = (typeof GUEST_STATES)[number];

export const GUEST_PROOFS = ['channel', 'key', 'word'] as const;
export type GuestProof = (typeof GUEST_PROOFS)[number];

/** One guest, with or without an agent: a row of `trimtab guests`. */
export interface GuestRow {
  readonly name: string;
  /** Its product UUID, else its machine-id; null for a guest that no agent speaks for and that has no UUID. */
  readonly id: string | null;
  readonly source: Source | null;
  readonly seenBy: readonly Source[];
  readonly state: GuestState;
  readonly agent: {
    readonly version: string;
    readonly connected: boolean;
    /** When it was last heard: a message, or the answer to a ping. UTC, ISO 8601. */
    readonly lastSeenAt: string;
    /** What starts one that does not stay; null of one that does, or did not say. */
    readonly starter: Visits['starter'] | null;
    /** When it is to come again. UTC, ISO 8601; null where nobody can tell. */
    readonly nextVisitAt: string | null;
  } | null;
  readonly inside: InsideView;
  /**
   * What says that it is this guest: the `channel` of its domain, a `key` of its own, or only its `word`. Of one that is
   * away, what will; null where no agent of ours was ever there.
   */
  readonly proof: GuestProof | null;
  /** A person keeps its agent out: its key was revoked. */
  readonly isRevoked: boolean;
  /** How many of its filesystems can be trimmed; null while it is not connected, and until the inventory is here. */
  readonly trimmable: { readonly filesystems: number; readonly outOf: number } | null;
  /** What its agent has announced, or its qemu-ga; null with `trimmable`, and where it was not asked for. */
  readonly inventory: Inventory | null;
}

/** Inventories are most of what is known of many guests. */
export interface GuestsQuery {
  readonly inventories: boolean;
}

export interface GuestsView {
  readonly takenAt: string;
  readonly guests: readonly GuestRow[];
  /** Those who show the key of a guest and may be copies of it, the one seen last first. */
  readonly held: readonly HeldRow[];
  readonly findings: readonly Finding[];
}
