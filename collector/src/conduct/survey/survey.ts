import { createFewAtOnce } from '../../coordinate/few-at-once.ts';
import { createDomainMatcher } from '../../correlate/match-domain.ts';
import type { DiskPath } from '../../model/disk-path.ts';
import type { Domain, HostDisk, HostView } from '../../model/domain.ts';
import type { Clock } from '../../ports/clock.ts';
import type { Proofs } from '../proof/proofs.ts';
import { createFreshHost } from './fresh-host.ts';
import { type HostReading, toImageOf } from './host-reading.ts';
import { type AnnouncedGuest, matchPaths } from './match-paths.ts';
import type { ImagesReading } from './read-images.ts';
import { createReadingLimit } from './reading-limit.ts';
import { refineAll } from './refine-all.ts';

export interface SurveyDeps {
  readonly clock: Clock;
  readHost(): Promise<HostView>;
  /** The domain as its QEMU has it now, disks plugged in and images moved since its source was read. */
  refine(domain: Domain): Promise<Domain>;
  readImages(disks: readonly HostDisk[]): Promise<ImagesReading>;
  readonly proofs: Pick<Proofs, 'settle'>;
}

/**
 * Of guests whose paths are read, as many as there are threads that read files (bin/trimtab.mjs): more would wait for
 * one another. All who ask while a reading is under way get the next: without this, a thousand that want to trim would
 * go on in one moment, and whoever asks something meanwhile would wait for all.
 */
export const PATHS_AT_ONCE = 16;

/** An overview may be so old; a trim that is to begin and a repair read the host anew. */
const FRESH_MS = 2_000;

/** When the host was read: just now, or as lately as for an overview. */
export type AsOf = 'now' | 'lately';

/** What the host holds, and which image stands behind which disk. */
export function createSurvey({ clock, readHost, refine, readImages, proofs }: SurveyDeps) {
  const limited = createReadingLimit(clock);
  const fresh = createFreshHost({ clock, readHost: () => limited(readHost()) });
  const fewAtOnce = createFewAtOnce(PATHS_AT_ONCE);

  /** An image with a backing file may share that with images of other guests: then all of them are read. */
  async function readWithOthers(own: readonly HostDisk[], domains: readonly Domain[]): Promise<ImagesReading> {
    const reading = await readImages(own);
    if (!reading.readings.some(({ state }) => (state?.backingChain.length ?? 0) > 0)) return reading;
    const named = new Set(own.map(({ image }) => image));
    const others = domains.flatMap(({ disks }) => disks).filter(({ image }) => !named.has(image));
    const all = await readImages([...own, ...others]);
    return { ...all, readings: all.readings.slice(0, own.length) };
  }

  /** What a reading of the host is about one guest, with its images. */
  async function readFor({ identity, contested }: AnnouncedGuest, host: HostView) {
    const { domains, findings, ignoredUsers = [] } = host;
    const matched = matcherOf(host)(identity, contested);
    const own = matched.domain === null ? null : await refine(matched.domain);
    const ownDisks = own?.disks ?? [];
    const imageOf = toImageOf(ownDisks, await readWithOthers(ownDisks, domains));
    return { domains: own === null ? domains : [own], findings, ignoredUsers, imageOf };
  }

  return {
    /** What the sources of this host tell, at most two seconds old. */
    read: (): Promise<HostView> => fresh.read(FRESH_MS),
    /** The same as of this moment. */
    readNow: (): Promise<HostView> => fresh.read(0),
    /** Every image of every guest, for an overview. */
    async readAll(): Promise<HostReading> {
      const told = await fresh.read(FRESH_MS);
      const host = { ...told, domains: await refineAll({ clock, refine, domains: told.domains }) };
      const disks = host.domains.flatMap((domain) => domain.disks);
      const images = await limited(readImages(disks));
      return { host, images, imageOf: toImageOf(disks, images) };
    },
    /**
     * The image behind each of these disks of a guest (by kernel name; a disk the inventory does not hold is left out).
     * What no key tells is proven by reading, for which QEMU is asked through libvirt only where its domain `mayTaint`.
     */
    async findPaths({
      guest,
      disks,
      asOf,
      mayTaint,
    }: {
      guest: AnnouncedGuest;
      disks: readonly string[];
      asOf: AsOf;
      mayTaint: boolean;
    }): Promise<DiskPath[]> {
      const host = await fresh.read(asOf === 'now' ? 0 : FRESH_MS);
      const read = await fewAtOnce(() => limited(readFor(guest, host)));
      const paths = await matchPaths({
        guest,
        domains: read.domains,
        findings: read.findings,
        ignoredUsers: read.ignoredUsers,
        imageOf: read.imageOf,
        settleProof: (open) => proofs.settle(open, { wait: true, mayTaint }),
      });
      return paths.filter(({ match }) => disks.includes(match.disk.name));
    },
    /**
     * As `findPaths`, for all disks of a guest, from a reading of the host. It taints no domain, and a proof that takes
     * time goes on meanwhile.
     */
    pathsIn: (guest: AnnouncedGuest, { host, imageOf }: HostReading): Promise<DiskPath[]> =>
      matchPaths({
        guest,
        domains: domainsOf(guest, host),
        findings: host.findings,
        ignoredUsers: host.ignoredUsers,
        imageOf,
        settleProof: (open) => proofs.settle(open, { wait: false, mayTaint: false }),
      }),
  };
}

/** Its own alone, where it is known: a thousand guests would go through all of a thousand. */
function domainsOf({ identity, contested }: AnnouncedGuest, host: HostView): readonly Domain[] {
  const { domain } = matcherOf(host)(identity, contested);
  return domain === null ? host.domains : [domain];
}

const matchers = new WeakMap<HostView, ReturnType<typeof createDomainMatcher>>();

/** Of a reading of the host: its domains are gone through once for all who wait for it. */
function matcherOf(host: HostView): ReturnType<typeof createDomainMatcher> {
  const match = matchers.get(host) ?? createDomainMatcher(host.domains);
  matchers.set(host, match);
  return match;
}

export type Survey = ReturnType<typeof createSurvey>;
