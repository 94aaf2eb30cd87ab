import type { Inventory } from '@trimtab/protocol';
import type { ConnectedGuest } from '../../link/guest-links.ts';
import { toBootOfQemu } from '../../model/boot-of-guest.ts';
import type { DiskPath } from '../../model/disk-path.ts';
import type { DoctorGuest } from '../../model/doctor.ts';
import type { GuestId } from '../../model/guest-id.ts';
import type { GuestState, InsideView } from '../../model/status.ts';
import type { HostProcesses } from '../../ports/host-processes.ts';
import type { GuestKey, GuestKeysStore } from '../../ports/store/guest-keys.ts';
import { announceKnown } from '../survey/announce-known.ts';
import { describeInside } from '../survey/describe-inside.ts';
import { findGuests } from '../survey/find-guest.ts';
import { hostOnlyPaths } from '../survey/host-only-paths.ts';
import type { HostReading } from '../survey/host-reading.ts';
import { isRevoked } from '../survey/is-revoked.ts';
import {
  type KnownGuest,
  type KnownGuestsDeps,
  listKnownGuests,
  readKnownGuests,
  withoutAgent,
} from '../survey/known-guests.ts';
import { OVERVIEW_MS, type QemuGaGuests } from '../survey/qemu-ga-guests.ts';
import type { Survey } from '../survey/survey.ts';

/** One guest as far as anybody knows it. */
export interface Patient {
  readonly name: string;
  /** By what a command must call it: its name, or an id where another has that name too. */
  readonly address: string;
  /** Null for one from which no agent has ever connected: it has no history. */
  readonly guestId: GuestId | null;
  readonly state: GuestState;
  readonly agent: DoctorGuest['agent'];
  readonly isRevoked: boolean;
  readonly inside: InsideView;
  /** What whoever is inside announced; null where nobody did. */
  readonly inventory: Inventory | null;
  readonly inventoryAt: number | null;
  readonly bootId: string | null;
  readonly paths: readonly DiskPath[];
}

/** The connected guests that are meant; all for null. Throws `unknown-guest`. */
export async function listConnected(deps: KnownGuestsDeps, wanted: string | null): Promise<readonly ConnectedGuest[]> {
  if (wanted === null) return deps.links.guests();
  return findGuests(await readKnownGuests(deps), wanted).flatMap((guest) => guest.connected ?? []);
}

export interface PatientsDeps extends Pick<KnownGuestsDeps, 'links'> {
  readonly store: KnownGuestsDeps['store'] & Pick<GuestKeysStore, 'keys'>;
  readonly survey: Pick<Survey, 'pathsIn'>;
  readonly qemuGaGuests: Pick<QemuGaGuests, 'ask'>;
  readonly processes: Pick<HostProcesses, 'markOf'>;
}

const domainsOf = (guests: readonly KnownGuest[]) => guests.flatMap(({ domain }) => domain ?? []);

/** The guests that are meant (all for null), each with its disks. Throws `unknown-guest`. */
export async function listPatients(
  { links, store, survey, qemuGaGuests, processes }: PatientsDeps,
  { reading, wanted }: { readonly reading: HostReading; readonly wanted: string | null },
): Promise<readonly Patient[]> {
  const records = await store.guests();
  const { host } = reading;
  const alone = withoutAgent({ host, connected: links.guests() });
  const meant =
    wanted === null
      ? alone
      : domainsOf(findGuests(listKnownGuests({ host, records, connected: links.guests() }), wanted));
  const found = await qemuGaGuests.ask(
    alone.filter((domain) => meant.includes(domain)),
    OVERVIEW_MS,
  );
  const known = listKnownGuests({ host, records, connected: links.guests(), found });
  const keysOf = Map.groupBy(await store.keys(), ({ guest }) => guest);
  const patients = (wanted === null ? known : findGuests(known, wanted))
    // Of a guest that has neither an agent nor a domain nothing can be examined; who asks for it is told that.
    .filter(({ connected, domain }) => {
      if (connected !== null) return true;
      return domain === null ? wanted !== null : domain.source !== 'loop-devices';
    })
    .map((guest) => {
      const keys = (guest.record === null ? undefined : keysOf.get(guest.record.id)) ?? [];
      return toPatient({ guest, keys, address: toAddress(guest, known), reading, survey, processes });
    });
  return Promise.all(patients);
}

function toAddress({ name, record, domain }: KnownGuest, known: readonly KnownGuest[]): string {
  const isUnique = known.filter((other) => other.name === name).length === 1;
  return isUnique ? name : (record?.id ?? domain?.uuid ?? name);
}

async function toPatient({
  guest,
  keys,
  address,
  reading,
  survey,
  processes,
}: {
  guest: KnownGuest;
  keys: readonly GuestKey[];
  address: string;
  reading: HostReading;
  survey: Pick<Survey, 'pathsIn'>;
  processes: Pick<HostProcesses, 'markOf'>;
}): Promise<Patient> {
  const { name, record, connected, domain, qemuGa, state } = guest;
  const told = announceKnown(guest);
  const announced = told === null ? [] : await survey.pathsIn(told, reading);
  const isTold = told !== null && connected !== null;
  const others = domain === null ? [] : hostOnlyPaths({ domain, reading, announced, isTold });
  const wasHere = record !== null && record.agentVersion !== null;
  const agent = connected !== null ? 'connected' : wasHere ? 'away' : 'none';
  return {
    name,
    address,
    guestId: record?.id ?? null,
    state,
    agent,
    isRevoked: isRevoked(keys),
    inside: describeInside(guest),
    inventory: told?.inventory ?? null,
    inventoryAt:
      connected !== null ? connected.inventoryAt : qemuGa?.kind === 'answered' ? qemuGa.described.toldAt : null,
    bootId: connected === null ? await readBootOfQemu(guest, processes) : connected.identity.bootId,
    paths: [...announced, ...others],
  };
}

/** Of a guest in which qemu-ga may be asked; null of any other. */
async function readBootOfQemu(
  { domain, qemuGa }: KnownGuest,
  processes: Pick<HostProcesses, 'markOf'>,
): Promise<string | null> {
  if (qemuGa === null || domain === null || domain.pid === null) return null;
  return toBootOfQemu(await processes.markOf(domain.pid));
}
