import type { Disk, Inventory } from '@trimtab/protocol';
import { explainGuestFile, isGuestFile } from '../../correlate/guest-file.ts';
import type { Candidate } from '../../correlate/match-disk.ts';
import { createToldOf, matchDomain } from '../../correlate/match-domain.ts';
import { matchInside } from '../../correlate/match-inside.ts';
import type { ConnectedGuest } from '../../link/guest-links.ts';
import type { DiskMatch, DiskPath } from '../../model/disk-path.ts';
import type { Domain, Finding, HostView } from '../../model/domain.ts';
import type { InsideAddress } from '../../model/guest-agent.ts';
import type { GuestId } from '../../model/guest-id.ts';
import { matchOrProve, type SettleProof } from '../proof/proof-paths.ts';
import type { ImageOf } from './host-reading.ts';

/** A guest as its agent describes it, or its qemu-ga. */
export interface AnnouncedGuest extends Pick<ConnectedGuest, 'name' | 'identity' | 'contested'> {
  /** Null for one that this host has not recorded: nothing can be proven of it by reading. */
  readonly id: GuestId | null;
  readonly inventory: Inventory;
  /** By what qemu-ga's disks may be known again; absent where an agent describes it. */
  readonly addresses?: ReadonlyMap<string, InsideAddress>;
}

/** Null while a guest has not said what it has. */
export function announce(guest: ConnectedGuest): AnnouncedGuest | null {
  const { inventory, byQemuGa } = guest;
  if (inventory === null) return null;
  return { ...guest, inventory, ...(byQemuGa === undefined ? {} : { addresses: byQemuGa.addresses }) };
}

/** The image behind each disk of a guest, from what was read of the host. */
export async function matchPaths({
  guest,
  domains,
  findings,
  ignoredUsers = [],
  imageOf,
  settleProof,
}: {
  guest: AnnouncedGuest;
  /** Those that the guest may be. */
  domains: readonly Domain[];
  /** Of the host, for what they say of disks that are none. */
  findings: readonly Finding[];
  ignoredUsers?: HostView['ignoredUsers'];
  imageOf: ImageOf;
  settleProof: SettleProof;
}): Promise<DiskPath[]> {
  const { disks } = guest.inventory;
  const matched = matchDomain(guest.identity, domains, guest.contested);
  if (matched.domain === null) {
    const { identity, contested } = guest;
    const isUnknown = contested === null && identity.productUuid !== null && !createToldOf(domains)(identity);
    const why = isUnknown ? `${matched.why}${tellIgnored(ignoredUsers)}` : matched.why;
    return disks.map((disk) => toUnmatched(disk, why));
  }
  const { domain } = matched;
  const candidates = domain.disks.map((hostDisk): Candidate => {
    return { hostDisk, capacityBytes: imageOf(hostDisk).state?.capacityBytes ?? null };
  });
  // The files behind loop devices of another kernel lie inside the guest: nothing on the host is one of them.
  const isOwn = (disk: Disk) => !isGuestFile(disk, domain);
  const own = disks.filter(isOwn);
  const { id, addresses } = guest;
  const matches =
    addresses !== undefined || id === null
      ? matchInside({ disks: own, addresses: addresses ?? new Map(), hostDisks: domain.disks })
      : await matchOrProve({
          guest: { id, name: guest.name, bootId: guest.identity.bootId },
          domain,
          disks: own,
          candidates,
          settleProof,
        });
  const files = disks.filter((disk) => !isOwn(disk)).map((disk) => toUnmatched(disk, explainGuestFile(disk), domain));
  const paths = matches.map((found) => {
    const match = explainLoop({ match: found, domain, findings });
    const reading = match.hostDisk === null ? null : imageOf(match.hostDisk);
    const missing = match.why ?? reading?.finding?.sentence ?? null;
    return { match, domain, image: reading?.state ?? null, pool: reading?.pool ?? null, missing };
  });
  return [...paths, ...files];
}

/** Which of them is whose, only their own words would tell, and those are not taken. */
function tellIgnored(users: readonly string[]): string {
  if (users.length === 0) return '';
  return `; its process may be one that is ignored (run by ${users.join(', ')}): if so, name that user in hypervisor-users`;
}

function toUnmatched(disk: Disk, why: string, domain: Domain | null = null): DiskPath {
  const match: DiskMatch = { disk, hostDisk: null, matchedBy: null, why };
  return { match, domain, image: null, pool: null, missing: why };
}

/** Of a loop device that is no disk of this host, the host knows why: its names are the guest's names. */
function explainLoop({
  match,
  domain,
  findings,
}: {
  match: DiskMatch;
  domain: Domain;
  findings: readonly Finding[];
}): DiskMatch {
  if (match.hostDisk !== null || domain.source !== 'loop-devices') return match;
  const finding = findings.find(({ subject }) => subject === `/dev/${match.disk.name}`);
  return finding === undefined ? match : { ...match, why: finding.sentence.replace(/\.$/, '') };
}
