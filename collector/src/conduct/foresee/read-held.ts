import { stacksOf } from '@trimtab/protocol';
import { TRIMS_READ } from '../../diagnose/past-trims.ts';
import type { DiskPath } from '../../model/disk-path.ts';
import { toFilesystemSubject } from '../../model/series.ts';
import type { TrimsStore } from '../../ports/store/trims.ts';
import { findLastTrims } from '../doctor/last-trim.ts';
import { estimateSlackOf } from '../measure/disk-evidence.ts';
import { announceKnown } from '../survey/announce-known.ts';
import type { HostReading } from '../survey/host-reading.ts';
import type { KnownGuest } from '../survey/known-guests.ts';
import { type KnownNowDeps, readKnownNow } from '../survey/known-now.ts';
import type { AnnouncedGuest } from '../survey/match-paths.ts';
import type { Survey } from '../survey/survey.ts';

/** An image of which can be told what the filesystems on it use. */
export interface HeldImage {
  readonly image: string;
  /** The subjects of the series of all filesystems on it. */
  readonly filesystems: readonly string[];
  /** Would a trim give back what is in excess, as things are? */
  readonly passes: boolean;
}

export interface HeldDeps extends KnownNowDeps {
  readonly survey: Pick<Survey, 'pathsIn'>;
  readonly store: KnownNowDeps['store'] & Pick<TrimsStore, 'earlierTrims'>;
  readHost(): Promise<HostReading>;
}

/** The images in a pool with what lies on them, as far as guests have told it. */
export async function readHeld(deps: HeldDeps, pool: string): Promise<readonly HeldImage[]> {
  const { survey, store, readHost } = deps;
  const reading = await readHost();
  const known = await readKnownNow(deps, reading.host);
  const found = await Promise.all(
    known.map(async (guest) => {
      const announced = announceKnown(guest);
      if (announced === null) return [];
      const paths = (await survey.pathsIn(announced, reading)).filter(({ image }) => image?.pool === pool);
      return paths.length === 0 ? [] : readOfGuest(store, { guest, announced, paths });
    }),
  );
  const byImage = Map.groupBy(found.flat(), ({ image }) => image);
  // What two guests write to, each of them knows a part of.
  return [...byImage.values()].flatMap((same) => (same.length === 1 ? same : []));
}

async function readOfGuest(
  store: HeldDeps['store'],
  { guest, announced, paths }: { guest: KnownGuest; announced: AnnouncedGuest; paths: readonly DiskPath[] },
): Promise<readonly HeldImage[]> {
  const { id, inventory, identity } = announced;
  if (id === null || guest.record === null) return [];
  const trims = await store.earlierTrims({ guestId: id, limit: TRIMS_READ });
  const stacks = stacksOf(inventory);
  return paths.flatMap((path): readonly HeldImage[] => {
    const device = path.match.disk.name;
    const image = path.match.hostDisk?.image ?? null;
    const own = stacks.filter(({ disks }) => disks.includes(device));
    if (image === null || path.match.hostDisk?.readOnly === true || own.length === 0) return [];
    // What lies on several disks takes of each nobody knows how much.
    if (own.some(({ disks }) => disks.length > 1) || !canBeEstimated({ path, inventory })) return [];
    const { telling } = findLastTrims({ trims, device, image, bootId: identity.bootId });
    const isTrimmed = own.every(({ filesystem }) => filesystem.obstacle === null);
    const verdict = telling?.disk.verdict ?? null;
    const isPassed = verdict === null ? passesAll(path) : verdict !== 'lost' && verdict !== 'held';
    return [
      {
        image,
        filesystems: own.map(({ filesystem }) => toFilesystemSubject({ guestId: id, mount: filesystem.mount })),
        passes: isTrimmed && isPassed,
      },
    ];
  });
}

/** Of a filesystem that hides what it uses, or storage that nobody can see into, there is no estimate. */
function canBeEstimated({ path, inventory }: { path: DiskPath; inventory: AnnouncedGuest['inventory'] }): boolean {
  const allocationBytes = path.image?.allocationBytes ?? null;
  const device = path.match.disk.name;
  return estimateSlackOf({ device, path, inventory, covered: null, allocationBytes, leftBytes: null }) !== null;
}

/** Before the first trim that says something: as QEMU was set up. */
function passesAll({ match }: DiskPath): boolean {
  const nodes = match.hostDisk?.nodes ?? [];
  return nodes.length > 0 && nodes.every(({ discard }) => discard === 'unmap');
}
