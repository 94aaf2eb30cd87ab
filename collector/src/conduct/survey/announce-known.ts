import type { GuestIdentity } from '@trimtab/protocol';
import type { Domain } from '../../model/domain.ts';
import type { KnownGuest } from './known-guests.ts';
import { type AnnouncedGuest, announce } from './match-paths.ts';

/** A guest as whoever is inside it describes it: our agent, else qemu-ga. Null where nobody does. */
export function announceKnown({ name, record, connected, domain, qemuGa }: KnownGuest): AnnouncedGuest | null {
  if (connected !== null) return announce(connected);
  if (domain === null || qemuGa?.kind !== 'answered') return null;
  const { inventory, addresses } = qemuGa.described;
  if (inventory === null) return null;
  return { id: record?.id ?? null, name, identity: identityOf(domain), contested: null, inventory, addresses };
}

/** qemu-ga is asked over a channel of the domain: what it would show of itself, the domain has. */
export function identityOf({ name, uuid, guestUuid }: Domain): GuestIdentity {
  return { hostname: name, productUuid: guestUuid ?? uuid, machineId: null, bootId: null };
}
