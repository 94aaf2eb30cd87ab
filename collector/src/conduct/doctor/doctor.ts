import { findGuestCauses } from '@trimtab/protocol/causes';
import { diagnoseDisk, toFinding } from '../../diagnose/diagnose-disk.ts';
import { readLeftByTrims } from '../../diagnose/left-by-trims.ts';
import { readPast } from '../../diagnose/past-trims.ts';
import type { ConnectedGuest, GuestLinks } from '../../link/guest-links.ts';
import type { DiskPath } from '../../model/disk-path.ts';
import type { DoctorDisk, DoctorGuest, DoctorView } from '../../model/doctor.ts';
import type { GuestId } from '../../model/guest-id.ts';
import type { DiskSample } from '../../model/sample.ts';
import type { TrimResult } from '../../model/trim-result.ts';
import type { Clock } from '../../ports/clock.ts';
import type { Store } from '../../ports/store/store.ts';
import { toDiskEvidence } from '../measure/disk-evidence.ts';
import type { Sampler } from '../measure/sampler.ts';
import { findGuests } from '../survey/find-guest.ts';
import { freshenInventories } from '../survey/fresh-inventories.ts';
import { hostOnlyPaths } from '../survey/host-only-paths.ts';
import type { HostReading } from '../survey/host-reading.ts';
import { type KnownGuest, listKnownGuests, readKnownGuests } from '../survey/known-guests.ts';
import type { Survey } from '../survey/survey.ts';
import { measureEstimates } from './estimate-error.ts';

export interface DoctorDeps {
  readonly clock: Clock;
  readonly store: Store;
  readonly survey: Survey;
  readonly links: GuestLinks;
  /** One that never taints: an examination leaves no trace. */
  readonly sampler: Pick<Sampler, 'now'>;
}

/** Newest first; older ones say nothing of today's path. */
const TRIMS_LOOKED_AT = 50;

const GUESTS_AT_ONCE = 8;

/** One guest as far as anybody knows it. */
interface Patient {
  readonly name: string;
  /** Null for one from which no agent has ever connected: it has no history. */
  readonly guestId: GuestId | null;
  readonly agent: DoctorGuest['agent'];
  readonly connected: ConnectedGuest | null;
  readonly paths: readonly DiskPath[];
}

/** Reads everything of one guest (by name or id) or of all, and changes nothing. */
export async function examine(deps: DoctorDeps, wanted: string | null): Promise<DoctorView> {
  const { clock, survey } = deps;
  await freshenInventories(deps, await listConnected(deps, wanted));
  const look = await survey.readAll();
  const patients = await listPatients(deps, { look, wanted });
  const examined: Awaited<ReturnType<typeof examineGuest>>[] = [];
  // Each may be a connection, and a process an image: a few at a time, and the host goes on with its work.
  for (let at = 0; at < patients.length; at += GUESTS_AT_ONCE) {
    const some = patients.slice(at, at + GUESTS_AT_ONCE);
    examined.push(...(await Promise.all(some.map((patient) => examineGuest(deps, patient)))));
  }
  const guests = examined.map(({ guest }) => guest);
  const disks = guests.flatMap((guest) => guest.disks);
  return {
    takenAt: new Date(clock.now()).toISOString(),
    guests,
    sum: {
      nowBytes: sum(disks.map(({ nowBytes }) => nowBytes)),
      afterFixesBytes: sum(disks.map(({ afterFixesBytes }) => afterFixesBytes)),
      unknownDisks: disks.filter(({ image, nowBytes }) => image !== null && nowBytes === null).length,
    },
    estimateError: measureEstimates(examined.flatMap(({ trims }) => trims)),
    sources: look.host.sources,
    findings: wanted === null ? look.host.findings : [],
  };
}

async function listConnected(deps: DoctorDeps, wanted: string | null): Promise<readonly ConnectedGuest[]> {
  if (wanted === null) return deps.links.guests();
  return findGuests(await readKnownGuests(deps), wanted).flatMap((guest) => guest.connected ?? []);
}

async function listPatients(
  deps: DoctorDeps,
  { look, wanted }: { readonly look: HostReading; readonly wanted: string | null },
): Promise<readonly Patient[]> {
  const connected = deps.links.guests();
  const known = listKnownGuests({ domains: look.host.domains, records: await deps.store.guests(), connected });
  const patients = (wanted === null ? known : findGuests(known, wanted))
    // Of a guest without an agent or a domain there is nothing to look at.
    .filter(({ connected, domain }) => connected !== null || (domain !== null && domain.source !== 'loop-devices'))
    .map((guest) => toPatient(deps, { guest, look }));
  return (await Promise.all(patients)).sort((one, other) => one.name.localeCompare(other.name));
}

async function toPatient(
  { survey }: DoctorDeps,
  { guest, look }: { readonly guest: KnownGuest; readonly look: HostReading },
): Promise<Patient> {
  const { name, record, connected, domain } = guest;
  const inventory = connected?.inventory ?? null;
  const announced =
    connected === null || inventory === null ? [] : await survey.pathsIn({ ...connected, inventory }, look);
  const paths = [...announced, ...(domain === null ? [] : hostOnlyPaths({ domain, reading: look, announced }))];
  const away = record === null ? 'none' : 'away';
  return { name, guestId: record?.id ?? null, agent: connected === null ? away : 'connected', connected, paths };
}

async function examineGuest(
  { sampler, store }: DoctorDeps,
  { name, guestId, agent, connected, paths }: Patient,
): Promise<{ guest: DoctorGuest; trims: readonly TrimResult[] }> {
  const [{ samples }, trims] = await Promise.all([
    sampler.now(paths),
    guestId === null ? [] : store.history({ guestId, limit: TRIMS_LOOKED_AT }),
  ]);
  const inventory = connected?.inventory ?? null;
  const bootId = connected?.identity.bootId ?? null;
  const disks = paths.filter(isWorthTelling).map((path): DoctorDisk => {
    const device = path.match.disk.name;
    const sample: DiskSample | undefined = Object.hasOwn(samples, device) ? samples[device] : undefined;
    const image = path.match.hostDisk?.image ?? null;
    const evidence = toDiskEvidence({
      ...{ guest: name, device, path, inventory, covered: null },
      past: readPast(trims, { device, image, bootId }),
      leftBytes: readLeftByTrims(trims, { device, image, inventory }),
      allocationBytes: sample?.allocationBytes ?? null,
      counters: sample?.counters ?? null,
      extents: sample?.extents ?? null,
    });
    const isAnnounced = inventory?.disks.some((disk) => disk.name === device) === true;
    return {
      device: isAnnounced ? device : null,
      disk: path.match.hostDisk?.id ?? null,
      unmatched: path.match.why,
      ...diagnoseDisk(evidence, findLast({ trims, device, image: path.image?.path ?? null, bootId })),
    };
  });
  const wide = inventory === null ? [] : findGuestCauses(inventory).filter((found) => found.disks.length === 0);
  const findings = wide.map(({ cause, ...found }) => toFinding(cause, found));
  return { guest: { name, agent, disks, findings }, trims };
}

/** What nobody can write to loses nothing. */
function isWorthTelling({ match, domain }: DiskPath): boolean {
  return match.hostDisk?.readOnly !== true && (match.hostDisk !== null || domain?.source !== 'loop-devices');
}

/** Of this image: names of guests and disks are used again. */
function findLast(wanted: {
  readonly trims: readonly TrimResult[];
  readonly device: string;
  readonly image: string | null;
  readonly bootId: string | null;
}) {
  const { trims, device, image, bootId } = wanted;
  for (const trim of trims) {
    const disk = trim.disks.find((one) => one.device === device && one.image !== null && one.image === image);
    // One that was called off, or that nobody looked at, says nothing.
    if (disk === undefined || ['cancelled', 'failed', 'inconclusive'].includes(disk.verdict)) continue;
    return { trim, disk, isOfThisBoot: bootId !== null && trim.bootId === bootId };
  }
  return null;
}

function sum(sizes: readonly (number | null)[]): number {
  return sizes.reduce<number>((total, bytes) => total + (bytes ?? 0), 0);
}
