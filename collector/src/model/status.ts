import type { Inventory } from '@trimtab/protocol';
import type { Finding } from './domain.ts';
import type { PoolState } from './pool.ts';

/** One image and whose disk it is: a row of `trimtab status`. */
export interface ImageRow {
  readonly path: string;
  readonly pool: string;
  readonly format: string;
  readonly capacityBytes: number | null;
  readonly allocationBytes: number;
  readonly physicalBytes: number;
  readonly guest: string;
  /** The hypervisor's name for the disk. */
  readonly disk: string;
  /** The guest's name for it and the key that matched; null while no agent says. */
  readonly device: string | null;
  readonly matchedBy: string | null;
  /** `unmap` only if every node of the path passes discards; null where the hypervisor did not say. */
  readonly discard: 'unmap' | 'ignore' | null;
}

export interface StatusView {
  /** UTC, ISO 8601. */
  readonly takenAt: string;
  readonly pools: readonly PoolState[];
  readonly images: readonly ImageRow[];
  readonly findings: readonly Finding[];
}

/** One guest, with or without an agent: a row of `trimtab guests`. */
export interface GuestRow {
  readonly name: string;
  /** Its product UUID, else its machine-id; null for a guest that no agent speaks for and that has no UUID. */
  readonly id: string | null;
  readonly source: 'qemu-process' | 'loop-devices' | 'static-list' | null;
  readonly agent: { readonly version: string; readonly connected: boolean; readonly lastSeenAt: string } | null;
  readonly inventory: Inventory | null;
}

export interface GuestsView {
  readonly takenAt: string;
  readonly guests: readonly GuestRow[];
  readonly findings: readonly Finding[];
}
