import type { HeldParts } from '../model/image.ts';
import type { Commands } from '../ports/commands.ts';
import type { FileStatus } from '../ports/host-files.ts';
import { type FileExtent, readFileMap } from './file-map.ts';

/** Each is a process of some milliseconds. */
export const MOST_ADDRESSES = 12;
export const TIMEOUT_MS = 2_000;

/**
 * Does an image on btrfs hold extents of which it uses only a part? An extent stays whole until its last part is given
 * up (btrfs-man5: bookend extents). FIEMAP does not show what is held in vain; btrfs does: asked whose the extent is at
 * an address beside a piece of the image (`logical-resolve -o`, LOGICAL_INO_V2), it names the image, though none of its
 * pieces is there. Null where btrfs-progs are not installed, or it cannot be told. Needs root.
 */
export async function readHeldParts({
  commands,
  path,
  pool,
  status,
}: {
  commands: Commands;
  path: string;
  /** The mount point of its filesystem. */
  pool: string;
  status: FileStatus;
}): Promise<HeldParts | null> {
  const map = await readFileMap({ commands, path });
  const root = await ask({ commands, args: ['rootid', path] });
  if (map === null || root.kind !== 'answer') return null;
  const own = `inode ${status.inode} `;
  const ownRoot = ` root ${root.text.trim()}`;
  let asked = 0;
  let held = 0;
  for (const address of chooseAddresses(map)) {
    const said = await ask({ commands, args: ['logical-resolve', '-P', '-o', String(address), pool] });
    if (said.kind === 'no answer') return null;
    asked += 1;
    const lines = said.kind === 'answer' ? said.text.split('\n') : [];
    if (lines.some((line) => line.startsWith(own) && line.endsWith(ownRoot))) held += 1;
  }
  return { asked, held };
}

/** Just behind and just before pieces of the image, spread over all of them, and in none of them. */
export function chooseAddresses(map: readonly FileExtent[]): readonly number[] {
  const pieces = map.filter(({ flags }) => !flags.includes('unknown_loc') && !flags.includes('encoded'));
  const starts = new Set(pieces.map(({ physical }) => physical));
  const ends = new Set(pieces.map(({ physical, length }) => physical + length));
  const beside = pieces.flatMap(({ physical, length }) => [
    ...(starts.has(physical + length) ? [] : [physical + length]),
    ...(ends.has(physical) || physical === 0 ? [] : [physical - 1]),
  ]);
  const step = Math.max(1, beside.length / MOST_ADDRESSES);
  const count = Math.min(beside.length, MOST_ADDRESSES);
  return Array.from({ length: count }, (_, index) => beside[Math.floor(index * step)] ?? 0);
}

type Said =
  | { readonly kind: 'answer'; readonly text: string }
  | { readonly kind: 'nobody' }
  | { readonly kind: 'no answer' };

/** `nobody`: ENOENT, no extent is at this address. */
async function ask({ commands, args }: { commands: Commands; args: readonly string[] }): Promise<Said> {
  const result = await commands.run({ file: 'btrfs', args: ['inspect-internal', ...args], timeoutMs: TIMEOUT_MS });
  if (result.kind === 'missing' || result.exitCode === null) return { kind: 'no answer' };
  if (result.exitCode === 0) return { kind: 'answer', text: result.stdout };
  return result.stderr.includes('No such file or directory') ? { kind: 'nobody' } : { kind: 'no answer' };
}
