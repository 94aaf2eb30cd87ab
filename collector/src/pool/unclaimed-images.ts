import { inTurns } from '@trimtab/protocol/shared';
import type { Finding } from '../model/domain.ts';
import { toIdentity } from '../model/opened-image.ts';
import type { UnclaimedImage } from '../model/status.ts';
import type { HostFiles } from '../ports/host-files.ts';

/** A folder of more names is not gone through, and more folders are not looked into. */
export const MOST_NAMES = 4_096;
export const MOST_FOLDERS = 64;
export const MOST_TOLD = 200;
export const STATS_AT_ONCE = 64;

/** What tools call their images; an installation medium (.iso) is meant to lie there. */
const CALLED_AN_IMAGE = /\.(?:qcow2?|img|raw|qed|vmdk|vdi|vhdx?|vpc)$/i;

/** A folder that holds images of guests. */
export interface ImageFolder {
  readonly path: string;
  /** The key of the pool that its images are in. */
  readonly pool: string | null;
}

export interface Unclaimed {
  readonly images: readonly UnclaimedImage[];
  /** Folders that were not gone through. */
  readonly findings: readonly Finding[];
}

/**
 * The files in these folders that are called images and are none of the `claimed`, by path and by what lies there.
 * Names and sizes are all that is read: nothing is opened, no link is followed, and no folder below is looked into.
 */
export async function findUnclaimed({
  files,
  folders,
  claimed,
}: {
  files: Pick<HostFiles, 'listUpTo' | 'status' | 'statuses' | 'readLink'>;
  folders: readonly ImageFolder[];
  /** Paths of every image, backing file and data file that a guest is known to have. */
  claimed: ReadonlySet<string>;
}): Promise<Unclaimed> {
  const listed: Listed[] = [];
  // One after the other: a folder has thousands of files.
  for (const folder of folders.slice(0, MOST_FOLDERS)) listed.push(await listFolder({ files, folder, claimed }));
  const candidates = listed.flatMap(({ candidates }) => candidates);
  const findings = [
    ...listed.flatMap(({ finding }) => (finding === null ? [] : [finding])),
    ...noteLeftOut(folders.slice(MOST_FOLDERS)),
  ];
  if (candidates.length === 0) return { images: [], findings };
  // Only now: an image of a guest may have a second name beside the first.
  const known = await files.statuses([...claimed]);
  const identities = new Set(known.flatMap((status) => (status === null ? [] : [toIdentity(status)])));
  const images = candidates
    .filter(({ identity }) => !identities.has(identity))
    .map(({ image }) => image)
    .sort((one, other) => other.allocationBytes - one.allocationBytes || one.path.localeCompare(other.path));
  return { images: images.slice(0, MOST_TOLD), findings };
}

interface Listed {
  readonly candidates: readonly { readonly image: UnclaimedImage; readonly identity: string }[];
  readonly finding: Finding | null;
}

async function listFolder({
  files,
  folder: { path: folder, pool },
  claimed,
}: {
  files: Pick<HostFiles, 'listUpTo' | 'status' | 'readLink'>;
  folder: ImageFolder;
  claimed: ReadonlySet<string>;
}): Promise<Listed> {
  const names = await files.listUpTo(folder, MOST_NAMES);
  if (names === null) return { candidates: [], finding: tooMany(folder) };
  const paths = names
    .filter((name) => CALLED_AN_IMAGE.test(name))
    .map((name) => `${folder.replace(/\/$/, '')}/${name}`);
  const found = await inTurns({
    items: paths.filter((path) => !claimed.has(path)),
    atOnce: STATS_AT_ONCE,
    async map(path) {
      const [status, link] = await Promise.all([files.status(path), files.readLink(path)]);
      if (status === null || !status.isFile || link !== null) return [];
      const { allocationBytes, physicalBytes } = status;
      return [{ image: { path, pool, allocationBytes, physicalBytes }, identity: toIdentity(status) }];
    },
  });
  return { candidates: found.flat(), finding: null };
}

function tooMany(folder: string): Finding {
  return {
    subject: folder,
    sentence: `It has more than ${MOST_NAMES} names, or cannot be read: images in it that belong to no guest are not looked for.`,
    hint: null,
  };
}

function noteLeftOut(folders: readonly ImageFolder[]): Finding[] {
  const [first] = folders;
  if (first === undefined) return [];
  const others = folders.length === 1 ? 'It was' : `It and ${folders.length - 1} more were`;
  return [
    {
      subject: first.path,
      sentence: `${others} not looked into, beyond the ${MOST_FOLDERS} folders that are: images there that belong to no guest are not told of.`,
      hint: null,
    },
  ];
}
