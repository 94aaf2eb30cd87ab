import type { Extents } from '../model/image.ts';
import type { Commands } from '../ports/commands.ts';
import { type FileExtent, readFileMap } from './file-map.ts';

/** Null where the filesystem does not tell, or not in time. */
export async function readExtents(file: { commands: Commands; path: string }): Promise<Extents | null> {
  const map = await readFileMap(file);
  return map === null ? null : addUpExtents(map);
}

export function addUpExtents(map: readonly FileExtent[]): Extents {
  const flagged = (flag: string) => map.filter(({ flags }) => flags.includes(flag));
  const shared = flagged('shared');
  const [largest] = shared.toSorted((one, other) => other.length - one.length);
  return {
    sharedBytes: sum(shared),
    unwrittenBytes: sum(flagged('unwritten')),
    encodedBytes: sum(flagged('encoded')),
    sharedAt: largest?.physical ?? null,
  };
}

function sum(extents: readonly FileExtent[]): number {
  return extents.reduce((total, { length }) => total + length, 0);
}
