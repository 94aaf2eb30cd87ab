import type { GuestLinks } from '../../link/guest-links.ts';
import type { Domain, HostDisk } from '../../model/domain.ts';
import type { GuestId } from '../../model/guest-id.ts';
import type { RepairQuery } from '../../model/repair.ts';
import type { GuestsStore } from '../../ports/store/guests.ts';
import { findGuests } from '../survey/find-guest.ts';
import { ambiguous, unknownGuest } from '../survey/guest-faults.ts';
import { readKnownGuests } from '../survey/known-guests.ts';
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
  /** The guest's name for it; null while no agent says. */
  readonly device: string | null;
  /** Is the guest powered off? */
  readonly isOff: boolean;
}

export interface FindRepairDeps {
  readonly survey: Pick<Survey, 'readNow' | 'findPaths'>;
  readonly store: Pick<GuestsStore, 'guests'>;
  readonly links: Pick<GuestLinks, 'guests'>;
  /** As the survey's own. */
  refine(domain: Domain): Promise<Domain>;
}

/** Throws `unknown-guest`, `ambiguous-guest`, `unknown-disk`, `ambiguous-disk`. */
export async function findRepair(
  { survey, store, links, refine }: FindRepairDeps,
  { guest: wanted, disk: wantedDisk }: RepairQuery,
): Promise<RepairTarget> {
  const known = await readKnownGuests({ links, store, survey: { read: survey.readNow } });
  const meant = findGuests(known, wanted);
  const agents = meant.flatMap((guest) => guest.connected ?? []);
  if (agents.length > 1) throw ambiguous(wanted, agents);
  const [agent] = agents;
  const owners = meant.flatMap(({ name, record, domain, connected, state }) =>
    domain === null ? [] : [{ name, record, domain, connected, state }],
  );
  const ofAgent = owners.find(({ connected }) => connected !== null) ?? null;
  if (ofAgent === null && owners.length > 1)
    throw ambiguousDomain(
      wanted,
      owners.map(({ domain }) => domain),
    );
  const owner = ofAgent ?? owners[0];
  if (owner === undefined) throw unknownGuest(wanted);
  const domain = await refine(owner.domain);
  const devices = await findDevices();
  const isMeant = (disk: HostDisk) =>
    disk.id === wantedDisk || disk.image === wantedDisk || devices.get(toKey(disk)) === wantedDisk;
  // The guest's own name is what people see; where it is that of one disk and the id of another, the image decides.
  const named = domain.disks.filter(isMeant);
  // libvirt's comes after it: vdb there is often another disk than vdb here, and every fix that is printed has the
  // guest's.
  const disks = named.length > 0 ? named : domain.disks.filter(({ target }) => target === wantedDisk);
  const [disk] = disks;
  if (disk === undefined) throw unknownDisk(domain, wantedDisk, namesOf(domain.disks));
  if (disks.length > 1) throw ambiguousDisk(domain, wantedDisk, disks);
  const { name, record, state } = owner;
  return {
    guest: name,
    guestId: record?.id ?? null,
    domain,
    disk,
    device: devices.get(toKey(disk)) ?? null,
    isOff: state === 'off',
  };

  /** What the guest calls each disk, where an agent says and the match is proven. */
  async function findDevices(): Promise<ReadonlyMap<string, string>> {
    const inventory = agent?.inventory ?? null;
    if (agent === undefined || inventory === null || ofAgent === null) return new Map();
    const paths = await survey.findPaths({
      guest: { ...agent, inventory },
      disks: inventory.disks.map(({ name }) => name),
      asOf: 'now',
      // Nobody has accepted the taint yet.
      mayTaint: false,
    });
    return new Map(
      paths.flatMap(({ match }) =>
        match.hostDisk === null ? [] : [[toKey(match.hostDisk), match.disk.name] as const],
      ),
    );
  }

  function namesOf(disks: readonly HostDisk[]): readonly string[] {
    return disks.map((disk) => `${devices.get(toKey(disk)) ?? disk.target ?? disk.id} (${disk.image})`);
  }
}

/** Read twice, one disk of a guest is two objects. */
function toKey({ id, image }: HostDisk): string {
  return `${id}\0${image}`;
}
