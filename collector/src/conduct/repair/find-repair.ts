import { matchDomain } from '../../correlate/match-domain.ts';
import type { GuestLinks } from '../../link/guest-links.ts';
import type { Domain, HostDisk } from '../../model/domain.ts';
import type { RepairQuery } from '../../model/repair.ts';
import { ambiguous, unknownGuest } from '../survey/guest-faults.ts';
import type { Survey } from '../survey/survey.ts';
import { ambiguousDisk, ambiguousDomain, unknownDisk } from './repair-faults.ts';

/** The disk that somebody wants repaired. */
export interface RepairTarget {
  /** As its QEMU has it now. */
  readonly domain: Domain;
  readonly disk: HostDisk;
  /** The guest's name for it; null while no agent says. */
  readonly device: string | null;
}

export interface FindRepairDeps {
  readonly survey: Pick<Survey, 'readNow' | 'findPaths'>;
  readonly links: Pick<GuestLinks, 'guests'>;
  /** As the survey's own. */
  refine(domain: Domain): Promise<Domain>;
}

/** Throws `unknown-guest`, `ambiguous-guest`, `unknown-disk`, `ambiguous-disk`. */
export async function findRepair(
  { survey, links, refine }: FindRepairDeps,
  { guest: wanted, disk: wantedDisk }: RepairQuery,
): Promise<RepairTarget> {
  const connected = links.guests().filter(({ id, name }) => id === wanted || name === wanted);
  const [agent, ...others] = connected;
  if (others.length > 0) throw ambiguous(wanted, connected);
  const { domains } = await survey.readNow();
  const ofAgent = agent === undefined ? null : matchDomain(agent.identity, domains, agent.contested).domain;
  const named = domains.filter(({ name, uuid }) => name === wanted || uuid === wanted);
  if (ofAgent === null && named.length > 1) throw ambiguousDomain(wanted, named);
  const found = ofAgent ?? named[0];
  if (found === undefined) throw unknownGuest(wanted);
  const domain = await refine(found);
  const devices = await findDevices();
  const isMeant = (disk: HostDisk) =>
    disk.id === wantedDisk || disk.image === wantedDisk || devices.get(toKey(disk)) === wantedDisk;
  // The guest's own name is what people see; where it is that of one disk and the id of another, the image decides.
  const meant = domain.disks.filter(isMeant);
  const [disk] = meant;
  if (disk === undefined) throw unknownDisk(domain, wantedDisk, namesOf(domain.disks));
  if (meant.length > 1) throw ambiguousDisk(domain, wantedDisk, meant);
  return { domain, disk, device: devices.get(toKey(disk)) ?? null };

  /** What the guest calls each disk, where an agent says and the match is proven. */
  async function findDevices(): Promise<ReadonlyMap<string, string>> {
    const inventory = agent?.inventory ?? null;
    if (agent === undefined || inventory === null || ofAgent === null) return new Map();
    const paths = await survey.findPaths({
      guest: { ...agent, inventory },
      disks: inventory.disks.map(({ name }) => name),
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
    return disks.map((disk) => `${devices.get(toKey(disk)) ?? disk.id} (${disk.image})`);
  }
}

/** Read twice, one disk of a guest is two objects. */
function toKey({ id, image }: HostDisk): string {
  return `${id}\0${image}`;
}
