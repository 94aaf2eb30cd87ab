import type { Disk, Inventory } from '@trimtab/protocol';
import type { Candidate } from '../../correlate/match-disk.ts';
import { matchDomain } from '../../correlate/match-domain.ts';
import type { ConnectedGuest } from '../../link/guest-links.ts';
import type { DiskMatch, DiskPath } from '../../model/disk-path.ts';
import type { Domain, Finding, HostDisk, HostView } from '../../model/domain.ts';
import type { Clock } from '../../ports/clock.ts';
import { matchOrProve } from '../proof/proof-paths.ts';
import type { Proofs } from '../proof/proofs.ts';
import type { ImageReading, ImagesReading } from './read-images.ts';

/** A guest as its agent describes it. */
export interface AnnouncedGuest extends Pick<ConnectedGuest, 'id' | 'name' | 'identity' | 'contested'> {
  readonly inventory: Inventory;
}

/** One look at the whole host: the hypervisor's guests with what stands behind each of their disks. */
export interface HostReading {
  readonly host: HostView;
  readonly images: ImagesReading;
  /** What stands behind this disk of a domain of `host`. */
  imageOf(disk: HostDisk): ImageReading;
}

export interface SurveyDeps {
  readonly clock: Clock;
  readHost(): Promise<HostView>;
  /** The domain as its QEMU has it now, disks plugged in and images moved since its source was read. */
  refine(domain: Domain): Promise<Domain>;
  readImages(disks: readonly HostDisk[]): Promise<ImagesReading>;
  readonly proofs: Pick<Proofs, 'settle'>;
}

/** The host is read anew when the last look is older than this; a trim always looks anew. */
const FRESH_MS = 2_000;

/** What the host holds, and which image stands behind which disk. */
export function createSurvey({ clock, readHost, refine, readImages, proofs }: SurveyDeps) {
  let view: Promise<HostView> | null = null;
  let takenMs = Number.NEGATIVE_INFINITY;
  let looking = false;

  /** One look at a time: who asks while the host is being read gets what is being read. */
  function look(freshMs = FRESH_MS): Promise<HostView> {
    if (view !== null && (looking || clock.monotonicMs() - takenMs <= freshMs)) return view;
    looking = true;
    view = readHost().finally(() => {
      looking = false;
      takenMs = clock.monotonicMs();
    });
    // A failed look must not be remembered.
    const reading = view;
    reading.catch(() => {
      if (view === reading) view = null;
    });
    return view;
  }

  return {
    look,
    /** Every image of every guest, for an overview. */
    async readAll(): Promise<HostReading> {
      const seen = await look();
      const host = { ...seen, domains: await Promise.all(seen.domains.map(refine)) };
      const disks = host.domains.flatMap((domain) => domain.disks);
      const images = await readImages(disks);
      return { host, images, imageOf: toLookup(disks, images) };
    },
    /** The image behind each of these disks of a guest (by kernel name; a disk the inventory does not hold is left out). */
    async findPaths(guest: AnnouncedGuest, disks: readonly string[]): Promise<DiskPath[]> {
      const { domains, findings } = await look(0);
      const matched = matchDomain(guest.identity, domains, guest.contested);
      const own = matched.domain === null ? null : await refine(matched.domain);
      const ownDisks = own?.disks ?? [];
      const imageOf = toLookup(ownDisks, await readWithOthers(ownDisks, domains));
      const paths = await matchPaths({ guest, domains: own === null ? domains : [own], findings, imageOf, wait: true });
      return paths.filter(({ match }) => disks.includes(match.disk.name));
    },
    /** As `findPaths`, for all disks of a guest, from a look at the host; a proof that takes time goes on meanwhile. */
    pathsIn: (guest: AnnouncedGuest, { host, imageOf }: HostReading) =>
      matchPaths({ guest, domains: host.domains, findings: host.findings, imageOf, wait: false }),
  };

  /** An image with a backing file may share that with images of other guests: then all of them are looked at. */
  async function readWithOthers(own: readonly HostDisk[], domains: readonly Domain[]): Promise<ImagesReading> {
    const look = await readImages(own);
    if (!look.readings.some(({ state }) => (state?.backingChain.length ?? 0) > 0)) return look;
    const named = new Set(own.map(({ image }) => image));
    const others = domains.flatMap(({ disks }) => disks).filter(({ image }) => !named.has(image));
    const all = await readImages([...own, ...others]);
    return { ...all, readings: all.readings.slice(0, own.length) };
  }

  /** The image behind each disk of a guest, from what has been looked at. */
  async function matchPaths(known: {
    readonly guest: AnnouncedGuest;
    readonly domains: readonly Domain[];
    readonly findings: readonly Finding[];
    readonly imageOf: HostReading['imageOf'];
    readonly wait: boolean;
  }): Promise<DiskPath[]> {
    const { guest, domains, findings, imageOf, wait } = known;
    const { disks } = guest.inventory;
    const matched = matchDomain(guest.identity, domains, guest.contested);
    if (matched.domain === null) return disks.map((disk) => toUnmatched(disk, matched.why));
    const { domain } = matched;
    const candidates: Candidate[] = domain.disks.map((hostDisk) => ({
      hostDisk,
      capacityBytes: imageOf(hostDisk).state?.capacityBytes ?? null,
    }));
    const matches = await matchOrProve({
      guest: { id: guest.id, name: guest.name, bootId: guest.identity.bootId },
      ...{ domain, disks, candidates },
      settleProof: (open) => proofs.settle(open, { wait }),
    });
    return matches.map((matched) => {
      const match = explainLoop(matched, domain, findings);
      const found = match.hostDisk === null ? null : imageOf(match.hostDisk);
      const missing = match.why ?? found?.finding?.sentence ?? null;
      return { match, domain, image: found?.state ?? null, pool: found?.pool ?? null, missing };
    });
  }
}

export type Survey = ReturnType<typeof createSurvey>;

function toUnmatched(disk: Disk, why: string): DiskPath {
  return { match: { disk, hostDisk: null, matchedBy: null, why }, domain: null, image: null, pool: null, missing: why };
}

function toLookup(disks: readonly HostDisk[], { readings }: ImagesReading): HostReading['imageOf'] {
  const byDisk = new Map(disks.map((disk, index) => [disk, readings[index]] as const));
  return (disk) => byDisk.get(disk) ?? { state: null, pool: null, finding: null };
}

/** Of a loop device that is no disk of this host, the host knows why: its names are the guest's names. */
function explainLoop(match: DiskMatch, { source }: Domain, findings: readonly Finding[]): DiskMatch {
  if (match.hostDisk !== null || source !== 'loop-devices') return match;
  const finding = findings.find(({ subject }) => subject === `/dev/${match.disk.name}`);
  return finding === undefined ? match : { ...match, why: finding.sentence.replace(/\.$/, '') };
}
