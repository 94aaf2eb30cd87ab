import type { Inventory } from '@trimtab/protocol';
import type { FaultDetail } from '@trimtab/protocol/shared';
import type { GuestAgentChannel, InsideAddress, InsideAllows } from './guest-agent.ts';

/** Who can be asked inside a guest. */
export type Inside = 'trimtab-agent' | 'qemu-ga';

/** A guest as its qemu-guest-agent describes it. */
export interface DescribedByQemuGa {
  readonly channel: GuestAgentChannel;
  /** qemu-ga's own; null where the way to it does not tell. */
  readonly version: string | null;
  readonly allows: InsideAllows;
  /** As far as it goes: what qemu-ga does not tell is null, or not in it. Null where it tells no filesystems. */
  readonly inventory: Inventory | null;
  /** By what each disk of the inventory may be known again, by its name there. */
  readonly addresses: ReadonlyMap<string, InsideAddress>;
  /** Why there is no inventory, with the remedy; null where there is one. */
  readonly withheld: FaultDetail | null;
  /** When it was asked (UTC). */
  readonly toldAt: number;
}

/** What was found where no agent of ours is connected. */
export type QemuGaFound =
  | { readonly kind: 'answered'; readonly described: DescribedByQemuGa }
  /** There is a channel, and nobody answers over it now. */
  | { readonly kind: 'silent'; readonly fault: FaultDetail };
