import type { Inventory } from '@trimtab/protocol';
import type { ConnectedGuest } from '../../link/guest-links.ts';
import type { Finding } from '../../model/domain.ts';
import type { GuestRow, GuestsQuery } from '../../model/status.ts';
import type { Visits } from '../../model/visits.ts';
import type { GuestKey } from '../../ports/store/guest-keys.ts';
import type { GuestRecord } from '../../ports/store/guests.ts';
import { notRecognised } from '../qga/qga-faults.ts';
import { announceKnown, identityOf } from '../survey/announce-known.ts';
import { describeInside } from '../survey/describe-inside.ts';
import { tellWays, tellWithoutQemuGa } from '../survey/guest-faults.ts';
import { isRevoked } from '../survey/is-revoked.ts';
import type { KnownGuest } from '../survey/known-guests.ts';

/** By name. */
export function describeGuests(
  guests: readonly KnownGuest[],
  { inventories, keys }: GuestsQuery & { readonly keys: readonly GuestKey[] },
): GuestRow[] {
  const keysOf = Map.groupBy(keys, ({ guest }) => guest);
  return guests
    .filter(isShown)
    .map((guest) => ({
      ...toRow(guest, inventories),
      ...toProof(guest, guest.record === null ? [] : (keysOf.get(guest.record.id) ?? [])),
    }))
    .sort((one, other) => one.name.localeCompare(other.name));
}

/** Loop devices are this host's own: an agent on the host is a choice, not something that is missing. */
export function isShown({ record, domain }: KnownGuest): boolean {
  return record !== null || domain?.source !== 'loop-devices';
}

function toRow(guest: KnownGuest, withInventory: boolean): Omit<GuestRow, 'proof' | 'isRevoked'> {
  const { name, record, connected, domain, state } = guest;
  const inventory = announceKnown(guest)?.inventory ?? null;
  const agent =
    record === null || record.agentVersion === null
      ? null
      : {
          version: record.agentVersion,
          connected: connected !== null,
          lastSeenAt: new Date(connected?.lastHeardAt ?? record.lastSeenAt).toISOString(),
          ...toShownVisits(connected === null ? record.visits : connected.visits),
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

function toShownVisits(visits: Visits | null): Pick<NonNullable<GuestRow['agent']>, 'starter' | 'nextVisitAt'> {
  const next = visits?.nextVisitAt ?? null;
  return { starter: visits?.starter ?? null, nextVisitAt: next === null ? null : new Date(next).toISOString() };
}

/** Of one that is away, a key is what it will come by. */
function toProof({ record, connected }: KnownGuest, keys: readonly GuestKey[]): Pick<GuestRow, 'proof' | 'isRevoked'> {
  const isActive = keys.some(({ state }) => state === 'active');
  const isOwnAgent = connected !== null && connected.byQemuGa === undefined;
  const proof = isOwnAgent ? connected.proof : isActive ? 'key' : null;
  const wasHere = record !== null && record.agentVersion !== null;
  return { proof: proof ?? (wasHere ? 'word' : null), isRevoked: isRevoked(keys) };
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
