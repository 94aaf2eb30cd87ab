import type { Fault } from '@trimtab/protocol/shared';
import type {
  GuestAgentChannel,
  InsideAllows,
  InsideDisk,
  InsideFilesystem,
  InsideTrimmed,
} from '../model/guest-agent.ts';

/** What a guest's qemu-ga says. */
export type GuestAgentAnswer =
  | {
      readonly kind: 'answered';
      /** qemu-ga's own: `7.2.22`; null through libvirt and Proxmox VE, which do not tell it. */
      readonly version: string | null;
      readonly allows: InsideAllows;
      /** Null where it was not told, and then `withheld` says why. */
      readonly filesystems: readonly InsideFilesystem[] | null;
      /** Null where it was not told: qemu-ga before 5.2, forbidden, or a way that does not ask for it. */
      readonly disks: readonly InsideDisk[] | null;
      /** Why its filesystems are not known, with the remedy; null where they are. */
      readonly withheld: Fault | null;
    }
  /** Nobody answered, for one reason: see the codes `guest-agent-*`. */
  | { readonly kind: 'silent'; readonly fault: Fault };

/** How a trim went by the word of whoever carried it out. */
export type GuestAgentTrim =
  | { readonly kind: 'told'; readonly paths: readonly InsideTrimmed[] }
  /** It is over, and what it did is not told: libvirt drops qemu-ga's answer. */
  | { readonly kind: 'untold' };

/**
 * Asks qemu-guest-agents; test/contract/guest-agent.ts holds every transport to what is promised here. Nothing is asked
 * of a guest but `guest-info`, `guest-get-fsinfo`, `guest-get-disks` and `guest-fstrim`. What a guest says is bounded
 * in time, bytes, depth and number, and an answer that comes late is never taken for that to another question.
 */
export interface GuestAgents {
  /**
   * What each of them says, in the order of the channels; never throws. All domains of one libvirt are asked by one
   * virsh. A channel over which a trim is under way here is not asked, and is `silent` with `guest-agent-busy`.
   */
  ask(channels: readonly GuestAgentChannel[]): Promise<readonly GuestAgentAnswer[]>;
  /**
   * Has a guest trim all that it has mounted, and resolves when it has; that may take hours, and nothing else waits for
   * it. It cannot be cancelled. Throws a Fault. Nothing was trimmed, and nothing will be, where that is `no-virsh`,
   * `no-libvirt`, `no-qm`, or `guest-agent-` with `off`, `absent`, `not-running`, `busy`, `frozen`, `forbids`, `denied`
   * or `silent`. After any other nobody knows: `guest-agent-late`, `-gone`, `-error`, `virsh-failed`.
   */
  trim(channel: GuestAgentChannel, options: GuestAgentTrimOptions): Promise<GuestAgentTrim>;
}

export interface GuestAgentTrimOptions {
  /** Through libvirt: may the domain be noted as tainted? Only then libvirt passes on what each path gave. */
  readonly mayTaint: boolean;
}
