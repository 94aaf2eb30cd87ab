import type { ConnectedGuest } from '../../link/guest-links.ts';
import type { DiskPath } from '../../model/disk-path.ts';
import type { DoctorGuest } from '../../model/doctor.ts';
import type { GuestId } from '../../model/guest-id.ts';
import type { GuestState } from '../../model/status.ts';
import { findGuests } from '../survey/find-guest.ts';
import { hostOnlyPaths } from '../survey/host-only-paths.ts';
import type { HostReading } from '../survey/host-reading.ts';
import { type KnownGuest, type KnownGuestsDeps, listKnownGuests, readKnownGuests } from '../survey/known-guests.ts';
import type { Survey } from '../survey/survey.ts';

/** One guest as far as anybody knows it. */
export interface Patient {
  readonly name: string;
  /** Null for one from which no agent has ever connected: it has no history. */
  readonly guestId: GuestId | null;
  readonly state: GuestState;
  readonly agent: DoctorGuest['agent'];
  readonly connected: ConnectedGuest | null;
  readonly paths: readonly DiskPath[];
}

/** The connected guests that are meant; all for null. Throws `unknown-guest`. */
export async function listConnected(deps: KnownGuestsDeps, wanted: string | null): Promise<readonly ConnectedGuest[]> {
  if (wanted === null) return deps.links.guests();
  return findGuests(await readKnownGuests(deps), wanted).flatMap((guest) => guest.connected ?? []);
}

/** The guests that are meant (all for null), each with its disks. Throws `unknown-guest`. */
export async function listPatients(
  { links, store, survey }: Pick<KnownGuestsDeps, 'links' | 'store'> & { readonly survey: Pick<Survey, 'pathsIn'> },
  { reading, wanted }: { readonly reading: HostReading; readonly wanted: string | null },
): Promise<readonly Patient[]> {
  const connected = links.guests();
  const known = listKnownGuests({ host: reading.host, records: await store.guests(), connected });
  const patients = (wanted === null ? known : findGuests(known, wanted))
    // Of a guest that has neither an agent nor a domain nothing can be examined; who asks for it is told that.
    .filter(({ connected, domain }) => {
      if (connected !== null) return true;
      return domain === null ? wanted !== null : domain.source !== 'loop-devices';
    })
    .map((guest) => toPatient({ guest, reading, survey }));
  return Promise.all(patients);
}

async function toPatient({
  guest,
  reading,
  survey,
}: {
  guest: KnownGuest;
  reading: HostReading;
  survey: Pick<Survey, 'pathsIn'>;
}): Promise<Patient> {
  const { name, record, connected, domain, state } = guest;
  const inventory = connected?.inventory ?? null;
  const announced =
    connected === null || inventory === null ? [] : await survey.pathsIn({ ...connected, inventory }, reading);
  const others = domain === null ? [] : hostOnlyPaths({ domain, reading, announced });
  const agent = connected !== null ? 'connected' : record === null ? 'none' : 'away';
  return { name, guestId: record?.id ?? null, state, agent, connected, paths: [...announced, ...others] };
}
