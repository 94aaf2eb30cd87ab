import type { GuestSlack } from '../../alert/facts.ts';
import type { DiskPath } from '../../model/disk-path.ts';
import type { Clock } from '../../ports/clock.ts';
import { estimateSlackOf } from '../measure/disk-evidence.ts';
import { announceKnown } from '../survey/announce-known.ts';
import type { HostReading } from '../survey/host-reading.ts';
import { type KnownNowDeps, readKnownNow } from '../survey/known-now.ts';
import type { AnnouncedGuest } from '../survey/match-paths.ts';
import type { Survey } from '../survey/survey.ts';

/** What takes days to be told need not be counted each minute. */
export const SLACK_EVERY_MS = 3_600_000;

export interface GuestSlackDeps extends KnownNowDeps {
  readonly clock: Pick<Clock, 'now' | 'monotonicMs'>;
  readonly survey: Pick<Survey, 'readAll' | 'pathsIn'>;
}

/**
 * The slack of each guest by its name, from what its images take now and what it has told of its use: nobody in it is
 * asked, and no image is walked through. It is the doctor's lower bound.
 */
export function createGuestSlack(deps: GuestSlackDeps): { read(): Promise<ReadonlyMap<string, GuestSlack>> } {
  const { clock } = deps;
  let kept: ReadonlyMap<string, GuestSlack> = new Map();
  let readMs = Number.NEGATIVE_INFINITY;
  return {
    async read() {
      if (clock.monotonicMs() - readMs < SLACK_EVERY_MS) return kept;
      kept = await readAllSlack(deps, kept);
      readMs = clock.monotonicMs();
      return kept;
    },
  };
}

async function readAllSlack(
  deps: GuestSlackDeps,
  before: ReadonlyMap<string, GuestSlack>,
): Promise<ReadonlyMap<string, GuestSlack>> {
  const { survey } = deps;
  const reading = await survey.readAll();
  const known = await readKnownNow(deps, reading.host);
  const found = await Promise.all(
    known.map(async (guest) => {
      const announced = announceKnown(guest);
      // One that is off holds what it held.
      const last = guest.state === 'off' ? (before.get(guest.name) ?? null) : null;
      const slack = announced === null ? last : await readSlack(survey, { announced, reading });
      return slack === null ? [] : [[guest.name, slack] as const];
    }),
  );
  return new Map(found.flat());
}

/** Null where it can be told of no disk. */
async function readSlack(
  survey: GuestSlackDeps['survey'],
  { announced, reading }: { readonly announced: AnnouncedGuest; readonly reading: HostReading },
): Promise<GuestSlack | null> {
  const paths = await survey.pathsIn(announced, reading);
  const told = paths.flatMap((path) => toDiskSlack({ path, announced }) ?? []);
  if (told.length === 0) return null;
  return {
    leastBytes: told.reduce((sum, { leastBytes }) => sum + leastBytes, 0),
    allocationBytes: told.reduce((sum, { allocationBytes }) => sum + allocationBytes, 0),
  };
}

function toDiskSlack({ path, announced }: { path: DiskPath; announced: AnnouncedGuest }): GuestSlack | null {
  const { match, image } = path;
  const allocationBytes = image?.allocationBytes ?? null;
  if (match.hostDisk === null || match.hostDisk.readOnly || allocationBytes === null) return null;
  const slack = estimateSlackOf({
    device: match.disk.name,
    path,
    inventory: announced.inventory,
    covered: null,
    allocationBytes,
    leftBytes: null,
  });
  return slack === null ? null : { leastBytes: slack.leastBytes, allocationBytes };
}
