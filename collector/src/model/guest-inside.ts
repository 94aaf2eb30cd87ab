import type { Inventory } from '@trimtab/protocol';
import type { FaultDetail } from '@trimtab/protocol/shared';
import type { GuestAgentChannel, InsideAddress, InsideAllows } from './guest-agent.ts';

/** Who can be asked inside a guest. */
export const INSIDES = ['trimtab-agent', 'qemu-ga'] as const;
export type Inside = (typeof INSIDES)[number];

/** A guest as its qemu-guest-agent describes it. */
export interface DescribedByQemuGa {
  readonly channel: GuestAgentChannel;
  /** qemu-ga's own; null where the way to it does not tell. */
  readonly version: string | null;
  readonly allows: InsideAllows;
  /**
   * As far as it goes: what qemu-ga does not tell is null, or not in it, as all filesystems where it may not tell of
   * them. Null where it tells neither these nor disks.
   */
  readonly inventory: Inventory | null;
  /** By what each disk of the inventory may be known again, by its name there. */
  readonly addresses: ReadonlyMap<string, InsideAddress>;
  /** Why its filesystems are not known, with the remedy; null where they are. */
  readonly withheld: FaultDetail | null;
  /** When it was asked (UTC). */
  readonly toldAt: number;
}

/** What was found where no agent of ours is connected. */
export type QemuGaFound =
  | { readonly kind: 'answered'; readonly described: DescribedByQemuGa }
  /** There is a channel, and nobody answers over it now. */
  | { readonly kind: 'silent'; readonly fault: FaultDetail };

/** That a guest's trims are carried out by its qemu-ga, and how. */
export interface TrimsByQemuGa extends Pick<DescribedByQemuGa, 'channel' | 'version' | 'allows' | 'addresses'> {
  /** May libvirt be asked for what it notes on the domain ("tainted")? Somebody has agreed to that. */
  readonly mayTaint: boolean;
}
