import type { Inventory } from '@trimtab/protocol';
import type { ConnectedGuest } from '../../link/guest-links.ts';
import type { Finding } from '../../model/domain.ts';
import type { GuestRow, GuestsQuery } from '../../model/status.ts';
import type { GuestRecord } from '../../ports/store/guests.ts';
import { notRecognised } from '../qga/qga-faults.ts';
import { announceKnown, identityOf } from '../survey/announce-known.ts';
import { describeInside } from '../survey/describe-inside.ts';
import { tellWays, tellWithoutQemuGa } from '../survey/guest-faults.ts';
import type { KnownGuest } from '../survey/known-guests.ts';

/** By name. */
export function describeGuests(guests: readonly KnownGuest[], { inventories }: GuestsQuery): GuestRow[] {
  return guests
    .filter(isShown)
    .map((guest) => toRow(guest, inventories))
    .sort((one, other) => one.name.localeCompare(other.name));
}

/** Loop devices are this host's own: an agent on the host is a choice, not something that is missing. */
export function isShown({ record, domain }: KnownGuest): boolean {
  return record !== null || domain?.source !== 'loop-devices';
}

function toRow(guest: KnownGuest, withInventory: boolean): GuestRow {
  const { name, record, connected, domain, state } = guest;
  const inventory = announceKnown(guest)?.inventory ?? null;
  const agent =
    record === null || record.agentVersion === null
      ? null
      : {
          version: record.agentVersion,
          connected: connected !== null,
          lastSeenAt: new Date(connected?.lastHeardAt ?? record.lastSeenAt).toISOString(),
        };
  return {
    name,
    id: toShownId(record, connected) ?? domain?.uuid ?? null,
    source: domain?.source ?? null,
    seenBy: domain?.seenBy ?? [],
    state,
    agent,
    inside: describeInside(guest),
    trimmable: inventory === null ? null : countTrimmable(inventory),
    inventory: withInventory ? inventory : null,
  };
}

function countTrimmable({ filesystems }: Inventory): GuestRow['trimmable'] {
  return { filesystems: filesystems.filter(({ obstacle }) => obstacle === null).length, outOf: filesystems.length };
}

/** The strongest of what the guest says of itself; of one that is away, what it said last. */
function toShownId(record: GuestRecord | null, connected: ConnectedGuest | null): string | null {
  if (connected !== null) {
    const { productUuid, machineId, hostname } = connected.identity;
    return productUuid ?? machineId ?? hostname;
  }
  return record?.identities.find(({ kind }) => kind !== 'domain')?.value ?? null;
}

/** Of a guest that is off nobody knows yet whether it has one. */
export function noteMissingAgent({ guest, startAgent }: { guest: KnownGuest; startAgent: string }): Finding[] {
  if (guest.state !== 'no-agent') return [];
  const other = tellWithoutQemuGa(guest);
  return [
    {
      subject: guest.name,
      sentence: `no agent has ever connected from it${other === null ? '' : `, and ${other.why}`}, so nobody can ask it to trim`,
      hint: tellWays({ startAgent, qemuGa: other }),
    },
  ];
}

/** What stands in the way of a trim, or of knowing what it would be of, in a guest that qemu-ga answers for. */
export function noteQemuGa({ name, connected, domain, qemuGa }: KnownGuest): Finding[] {
  if (connected !== null || domain === null || qemuGa?.kind !== 'answered') return [];
  const { withheld } = qemuGa.described;
  const { cause, hint } = notRecognised(name).detail;
  return [
    ...(withheld === null
      ? []
      : [
          {
            subject: name,
            sentence: `qemu-guest-agent does not tell what it has mounted: ${withheld.cause}`,
            hint: withheld.hint,
          },
        ]),
    ...(identityOf(domain).productUuid === null
      ? [{ subject: name, sentence: `it is not trimmed through qemu-guest-agent: ${cause}`, hint }]
      : []),
  ];
}
