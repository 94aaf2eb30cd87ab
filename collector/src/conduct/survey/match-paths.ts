import type { Disk, Inventory } from '@trimtab/protocol';
import { explainGuestFile, isGuestFile } from '../../correlate/guest-file.ts';
import type { Candidate } from '../../correlate/match-disk.ts';
import { createToldOf, matchDomain } from '../../correlate/match-domain.ts';
import type { ConnectedGuest } from '../../link/guest-links.ts';
import type { DiskMatch, DiskPath } from '../../model/disk-path.ts';
import type { Domain, Finding, HostView } from '../../model/domain.ts';
import { matchOrProve, type SettleProof } from '../proof/proof-paths.ts';
import type { ImageOf } from './host-reading.ts';

/** A guest as its agent describes it. */
export interface AnnouncedGuest extends Pick<ConnectedGuest, 'id' | 'name' | 'identity' | 'contested'> {
  readonly inventory: Inventory;
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
  const matches = await matchOrProve({
    guest: { id: guest.id, name: guest.name, bootId: guest.identity.bootId },
    domain,
    disks: disks.filter(isOwn),
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
