import type { Fix } from '@trimtab/protocol/causes';

export interface RepairQuery {
  /** A guest's name or id. */
  readonly guest: string;
  /** The guest's name for the disk (`sda`), the hypervisor's (`disk0`), or the path of its image. */
  readonly disk: string;
  /** Speak to the QEMU of a libvirt domain although libvirt then calls the domain tainted. */
  readonly evenIfTainted: boolean;
}

/** One node of a disk's block graph, and what would be asked of it. */
export interface RepairNode {
  readonly node: string;
  readonly driver: string;
  /** What it was started with, or was reopened with since. */
  readonly discard: 'unmap' | 'ignore';
  /**
   * All options of `blockdev-reopen` (qapi/block-core.json, BlockdevOptions): those it was started with, and `discard:
   * unmap`.
   */
  readonly options: Readonly<Record<string, unknown>>;
}

/** What a live repair would do; nothing has been done. */
export interface RepairPlan {
  /** The guest's name on this host. */
  readonly guest: string;
  /** By which it is asked to trim; null while no agent has ever spoken for it. */
  readonly guestId: string | null;
  readonly device: string | null;
  readonly image: string;
  /** Every node of the chain from the file up, in the order in which they are reopened. */
  readonly nodes: readonly RepairNode[];
  /** libvirt will note on the domain that somebody spoke to its QEMU. */
  readonly taints: boolean;
  /** What else must be changed, so that the repair outlives the QEMU that runs now. */
  readonly persistent: Fix;
}

/** A repair that was carried out and checked. */
export interface RepairDone {
  readonly plan: RepairPlan;
  /** Nodes that were reopened, in order. */
  readonly reopened: readonly string[];
}

/** Whether a live repair of a disk would be carried out now, as far as that can be told without changing anything. */
export type RepairOutlook =
  /** Its QEMU was asked, and agrees with its command line. */
  | { readonly kind: 'possible' }
  /** Its command line allows it; its QEMU was not asked, since libvirt would note that. */
  | { readonly kind: 'unasked' }
  /** `why`: the end of a sentence that begins with the disk. `isPlugged`: it was plugged into the QEMU that runs. */
  | { readonly kind: 'impossible'; readonly why: string; readonly isPlugged: boolean };
