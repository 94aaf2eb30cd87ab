import type { Forecast } from '../model/forecast.ts';
import type { PoolState } from '../model/pool.ts';
import type { DiskSummary } from '../model/trim-summary.ts';

/** What the rules are asked about: each part null while nobody could tell it. */
export interface AlertFacts {
  readonly pools: readonly PoolState[] | null;
  /** By the key of the pool. */
  readonly forecasts: ReadonlyMap<string, Forecast>;
  /** Every guest that a source of this host tells of and that an agent of ours was ever in. */
  readonly guests: readonly GuestFacts[] | null;
  /** Those that still come, and of whom a person is to decide whether they are let in. */
  readonly held: readonly HeldFacts[] | null;
}

export interface HeldFacts {
  /** As it calls itself. */
  readonly hostname: string;
}

export interface GuestFacts {
  readonly name: string;
  /** Its QEMU runs on this host, as a source says, and nobody in it can be asked; not where a person keeps it out. */
  readonly isAway: boolean;
  /** When its agent was last heard (UTC, milliseconds). */
  readonly lastHeardAt: number;
  /** Its trims that say something of a disk, the newest first, each with those disks alone. */
  readonly trims: readonly ConclusiveTrim[];
  /** Together of its disks of which that can be told; null where of none. */
  readonly slack: GuestSlack | null;
}

export interface ConclusiveTrim {
  readonly disks: readonly Pick<DiskSummary, 'device' | 'image' | 'verdict' | 'lostAt'>[];
}

export interface GuestSlack {
  /** Surely held and not in use. */
  readonly leastBytes: number;
  readonly allocationBytes: number;
}
