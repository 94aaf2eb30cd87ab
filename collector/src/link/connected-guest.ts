import type { GuestIdentity, Hello, Inventory } from '@trimtab/protocol';
import type { GuestId } from '../model/guest-id.ts';
import type { Inside, TrimsByQemuGa } from '../model/guest-inside.ts';
import type { GuestProof } from '../model/status.ts';
import { toVisits, type Visits } from '../model/visits.ts';
import { toCompact } from './compact.ts';

export type { GuestProof } from '../model/status.ts';

/** A guest that can be asked now: its agent is connected, or its qemu-ga has answered. */
export interface ConnectedGuest {
  /** Of the host's own making; what the guest says led to it. */
  readonly id: GuestId;
  /** Unique on this host. */
  readonly name: string;
  /**
   * What says that it is the one that it is taken for: the virtio-serial port of its domain, over which nobody else can
   * speak; a key that it has proven to have; or nothing but its own word.
   */
  readonly proof: GuestProof;
  /** What the guest says that it is; over a channel its UUID is that of the channel's domain. */
  readonly identity: GuestIdentity;
  readonly agentVersion: string;
  /** Of the messages, as agreed on this connection (protocol/src/wire/version.ts). */
  readonly wireVersion: number;
  /** Other collectors that it would go to, if this host does not run it. */
  readonly others: number;
  /** Null of one that stays, or does not say. */
  readonly visits: Visits | null;
  /** Null until the agent has sent it. */
  readonly inventory: Inventory | null;
  /** When it sent that, by the host's clock (UTC); null until then. */
  readonly inventoryAt: number | null;
  /** Has it proven who it is, or did a source of this host tell of it when the host was last read? */
  readonly isKnown: boolean;
  /** Why it cannot be told from another guest that runs under the same identity, for people; null while it can. */
  readonly contested: string | null;
  /** Another agent of the same identity and boot takes its session again and again, and it takes it back. */
  readonly takesTurns?: boolean;
  /** UTC, milliseconds: its last message, or answer to a ping. */
  readonly lastHeardAt: number;
  /** Absent where an agent of ours is connected. */
  readonly byQemuGa?: TrimsByQemuGa;
}

export function insideOf({ byQemuGa }: Pick<ConnectedGuest, 'byQemuGa'>): Inside {
  return byQemuGa === undefined ? 'trimtab-agent' : 'qemu-ga';
}

/** A guest that was let in, and has said nothing else yet. */
export function toConnected({
  named: { id, name },
  hello,
  identity,
  ...known
}: {
  readonly named: Pick<ConnectedGuest, 'id' | 'name'>;
  readonly hello: Hello;
} & Pick<ConnectedGuest, 'identity' | 'proof' | 'wireVersion' | 'isKnown' | 'lastHeardAt'>): ConnectedGuest {
  const { proof, wireVersion, isKnown, lastHeardAt } = known;
  const unsaid = { inventory: null, inventoryAt: null, contested: null };
  const said = toCompact({ identity, agentVersion: hello.agentVersion });
  const { others, starter, nextVisitAt } = hello;
  // By the guest's clock until its inventory tells how that goes.
  const visits = toVisits({ starter, nextVisitAt, now: lastHeardAt, clockAheadMs: 0 });
  return { id, name, proof, ...said, wireVersion, others, visits, isKnown, lastHeardAt, ...unsaid };
}
