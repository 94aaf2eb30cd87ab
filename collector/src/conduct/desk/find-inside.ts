import { Fault } from '@trimtab/protocol/shared';
import type { ConnectedGuest } from '../../link/guest-links.ts';
import type { Domain } from '../../model/domain.ts';
import type { GuestId } from '../../model/guest-id.ts';
import type { Visits } from '../../model/visits.ts';
import type { PresentGuests } from '../qga/present-guests.ts';
import { findAgent } from '../survey/find-guest.ts';
import type { KnownGuest } from '../survey/known-guests.ts';

export interface FindInsideDeps {
  readonly present: Pick<PresentGuests, 'enter'>;
  /** How an agent gets here: conduct/survey/guest-faults.ts. */
  readonly startAgent: () => string;
}

/** Somebody who trims when asked, or our agent, which visits, and is asked when it comes. */
export type Inside =
  | { readonly kind: 'here'; readonly guest: ConnectedGuest }
  | { readonly kind: 'comes'; readonly guest: Pick<ConnectedGuest, 'id' | 'name'>; readonly visits: Visits };

export interface Meant {
  /** The guests that a word of a person means. */
  readonly guests: readonly KnownGuest[];
  readonly wanted: string;
  /** May libvirt be asked for what it notes on the domain? */
  readonly mayTaint: boolean;
  /** All of the host. */
  readonly domains: readonly Domain[];
  /** Those that a person keeps out, as far as they are meant. */
  readRevoked(): Promise<ReadonlySet<GuestId>>;
}

/**
 * Who trims in the guest that is meant: our agent, if it is there; else qemu-ga. Throws as `findAgent`, and what qemu-ga
 * answered where it is all there is.
 */
export async function findInside(
  { present, startAgent }: FindInsideDeps,
  { guests, wanted, mayTaint, domains, readRevoked }: Meant,
): Promise<Inside> {
  const [only, ...others] = guests.filter(({ state }) => state === 'connected');
  const described = only?.qemuGa?.kind === 'answered' ? only.qemuGa.described : null;
  if (only !== undefined && only.domain !== null && described !== null && others.length === 0)
    return { kind: 'here', guest: await present.enter({ domain: only.domain, domains, described, mayTaint }) };
  const [first] = guests;
  // Where no agent of ours ever was, what qemu-ga says is what there is to mend.
  if (guests.length === 1 && first?.state === 'no-agent' && first.qemuGa?.kind === 'silent')
    throw new Fault({ ...first.qemuGa.fault, subject: first.name });
  // Who is connected is not kept out, and is not asked after.
  const revoked = guests.some(({ connected }) => connected === null) ? await readRevoked() : NOBODY;
  const visitor = guests.length === 1 && first !== undefined ? toVisitor(first, revoked) : null;
  return visitor ?? { kind: 'here', guest: findAgent({ guests, wanted, startAgent: startAgent(), revoked }) };
}

function toVisitor({ state, record }: KnownGuest, revoked: ReadonlySet<GuestId>): Inside | null {
  if (state !== 'visits' || record === null || record.visits === null || revoked.has(record.id)) return null;
  return { kind: 'comes', guest: record, visits: record.visits };
}

const NOBODY: ReadonlySet<GuestId> = new Set();
