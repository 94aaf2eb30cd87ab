import type { GuestLinks } from '../../link/guest-links.ts';
import type { Domain, HostDisk } from '../../model/domain.ts';
import type { GuestId } from '../../model/guest-id.ts';
import type { RepairQuery } from '../../model/repair.ts';
import type { GuestsStore } from '../../ports/store/guests.ts';
import { announceKnown } from '../survey/announce-known.ts';
import { findGuests } from '../survey/find-guest.ts';
import { ambiguous, unknownGuest } from '../survey/guest-faults.ts';
import { type KnownGuest, readKnownGuests } from '../survey/known-guests.ts';
import { OVERVIEW_MS, type QemuGaGuests } from '../survey/qemu-ga-guests.ts';
import type { Survey } from '../survey/survey.ts';
import { ambiguousDisk, ambiguousDomain, unknownDisk } from './repair-faults.ts';

/** The disk that somebody wants repaired. */
export interface RepairTarget {
  /** The name on this host of the guest whose disk it is: not that of its domain, where two domains have one name. */
  readonly guest: string;
  /** Null while no agent has ever spoken for it. */
  readonly guestId: GuestId | null;
  /** As its QEMU has it now. */
  readonly domain: Domain;
  readonly disk: HostDisk;
  /** The guest's name for it; null while nobody inside says. */
  readonly device: string | null;
  /** Is the guest powered off? */
  readonly isOff: boolean;
}

export interface FindRepairDeps {
  readonly survey: Pick<Survey, 'readNow' | 'findPaths'>;
  readonly store: Pick<GuestsStore, 'guests'>;
  readonly links: Pick<GuestLinks, 'guests'>;
  readonly qemuGaGuests: Pick<QemuGaGuests, 'ask'>;
  /** As the survey's own. */
  refine(domain: Domain): Promise<Domain>;
}

/** Throws `unknown-guest`, `ambiguous-guest`, `unknown-disk`, `ambiguous-disk`. */
export async function findRepair(
  deps: FindRepairDeps,
  { guest: wanted, disk: wantedDisk }: RepairQuery,
): Promise<RepairTarget> {
  const { guest, domain: found } = await findOwner(deps, wanted);
  const devices = await findDevices(deps, { guest, domain: found });
  const domain = await deps.refine(found);
  const isMeant = (disk: HostDisk) =>
    disk.id === wantedDisk || disk.image === wantedDisk || devices.get(toKey(disk)) === wantedDisk;
  // The guest's own name is what people see; where it is that of one disk and the id of another, the image decides.
  const named = domain.disks.filter(isMeant);
  // libvirt's comes after it: vdb there is often another disk than vdb here, and every fix that is printed has the
  // guest's.
  const disks = named.length > 0 ? named : domain.disks.filter(({ target }) => target === wantedDisk);
  const [disk] = disks;
  if (disk === undefined) throw unknownDisk(domain, wantedDisk, namesOf({ disks: domain.disks, devices }));
  if (disks.length > 1) throw ambiguousDisk(domain, wantedDisk, disks);
  return {
    guest: guest.name,
    guestId: guest.record?.id ?? null,
    domain,
    disk,
    device: devices.get(toKey(disk)) ?? null,
    isOff: guest.state === 'off',
  };
}

interface Owner {
  readonly guest: KnownGuest;
  readonly domain: Domain;
}

async function findOwner({ survey, store, links }: FindRepairDeps, wanted: string): Promise<Owner> {
  const meant = findGuests(await readKnownGuests({ links, store, survey: { read: survey.readNow } }), wanted);
  const agents = meant.flatMap(({ connected }) => connected ?? []);
  if (agents.length > 1) throw ambiguous(wanted, agents);
  const owners = meant.flatMap((guest): Owner[] => (guest.domain === null ? [] : [{ guest, domain: guest.domain }]));
  const ofAgent = owners.find(({ guest }) => guest.connected !== null);
  if (ofAgent === undefined && owners.length > 1)
    throw ambiguousDomain(
      wanted,
      owners.map(({ domain }) => domain),
    );
  const owner = ofAgent ?? owners[0];
  if (owner === undefined) throw unknownGuest(wanted);
  return owner;
}

/** What the guest calls each disk, where whoever is inside says and the match is proven. */
async function findDevices(
  { survey, qemuGaGuests }: FindRepairDeps,
  { guest, domain }: Owner,
): Promise<ReadonlyMap<string, string>> {
  const found = guest.connected === null ? await qemuGaGuests.ask([domain], OVERVIEW_MS) : null;
  const announced = announceKnown({ ...guest, qemuGa: found?.get(domain.key) ?? null });
  if (announced === null) return new Map();
  const paths = await survey.findPaths({
    guest: announced,
    disks: announced.inventory.disks.map(({ name }) => name),
    asOf: 'now',
    // Nobody has accepted the taint yet.
    mayTaint: false,
  });
  return new Map(
    paths.flatMap(({ match }) => (match.hostDisk === null ? [] : [[toKey(match.hostDisk), match.disk.name] as const])),
  );
}

function namesOf({
  disks,
  devices,
}: {
  disks: readonly HostDisk[];
  devices: ReadonlyMap<string, string>;
}): readonly string[] {
  return disks.map((disk) => `${devices.get(toKey(disk)) ?? disk.target ?? disk.id} (${disk.image})`);
}

/** Read twice, one disk of a guest is two objects. */
function toKey({ id, image }: HostDisk): string {
  return `${id}\0${image}`;
}
