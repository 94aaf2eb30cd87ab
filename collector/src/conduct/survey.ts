import type { GuestIdentity, Inventory } from '@trimtab/protocol';
import { type Candidate, type DiskMatch, matchDisks } from '../correlate/match-disk.ts';
import { matchDomain } from '../correlate/match-domain.ts';
import type { Domain, Finding, HostDisk, HostView } from '../model/domain.ts';
import type { ImageState } from '../model/image.ts';
import type { Clock } from '../ports/clock.ts';

/** A disk of a guest with the image behind it, as far as it is known. */
export interface DiskPath {
  readonly match: DiskMatch;
  readonly domain: Domain | null;
  readonly image: ImageState | null;
  /** Why there is no image, for people; null when there is. */
  readonly missing: string | null;
}

/** An image as far as it could be read. */
export interface ImageLook {
  readonly state: ImageState | null;
  readonly finding: Finding | null;
}

export interface SurveyDeps {
  readonly clock: Clock;
  readHost(): Promise<HostView>;
  readImage(disk: HostDisk): Promise<ImageLook>;
}

/** The host is read anew when the last look is older than this; a trim always looks anew. */
const FRESH_MS = 2_000;

/** What the host holds, and which image stands behind which disk. */
export function createSurvey({ clock, readHost, readImage }: SurveyDeps) {
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
    view.catch(() => {
      view = null;
    });
    return view;
  }

  return {
    look,
    readImage,
    /** Which of the hypervisor's guests this is; null with the reason when none is proven. */
    async findDomain(identity: GuestIdentity) {
      return matchDomain(identity, (await look()).domains);
    },
    /** The image behind each of these disks of a guest (by kernel name; a disk the inventory does not hold is left out). */
    async findPaths(
      guest: { identity: GuestIdentity; inventory: Inventory },
      disks: readonly string[],
    ): Promise<DiskPath[]> {
      const { domains, findings } = await look(0);
      const matched = matchDomain(guest.identity, domains);
      if (matched.domain === null) {
        const named = guest.inventory.disks.filter(({ name }) => disks.includes(name));
        return named.map((disk) => ({
          match: { disk, hostDisk: null, matchedBy: null, why: matched.why },
          domain: null,
          image: null,
          missing: matched.why,
        }));
      }
      const looks = await readCandidates(matched.domain, readImage);
      const candidates: Candidate[] = looks.map(({ hostDisk, look }) => ({
        hostDisk,
        capacityBytes: look.state?.capacityBytes ?? null,
      }));
      return matchDisks(guest.inventory.disks, candidates)
        .filter(({ disk }) => disks.includes(disk.name))
        .map((match) => explainLoop(match, matched.domain, findings))
        .map((match) => {
          const found = looks.find(({ hostDisk }) => hostDisk === match.hostDisk)?.look ?? null;
          const image = found?.state ?? null;
          return { match, domain: matched.domain, image, missing: match.why ?? found?.finding?.sentence ?? null };
        });
    },
  };
}

export type Survey = ReturnType<typeof createSurvey>;

/** Of a loop device that is no disk of this host, the host knows why: its names are the guest's names. */
function explainLoop(match: DiskMatch, { source }: Domain, findings: readonly Finding[]): DiskMatch {
  if (match.hostDisk !== null || source !== 'loop-devices') return match;
  const finding = findings.find(({ subject }) => subject === `/dev/${match.disk.name}`);
  return finding === undefined ? match : { ...match, why: finding.sentence.replace(/\.$/, '') };
}

function readCandidates(domain: Domain, readImage: SurveyDeps['readImage']) {
  return Promise.all(domain.disks.map(async (hostDisk) => ({ hostDisk, look: await readImage(hostDisk) })));
}
