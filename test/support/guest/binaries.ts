import { realpathSync } from 'node:fs';
import { runCommand } from '../machine/command.ts';

/**
 * The shared libraries (loader included) that these binaries need, as absolute paths of this machine. Static ones need
 * none.
 */
export async function findLibraries(binaries: readonly string[]): Promise<string[]> {
  // ldd exits with 1 if one of the files is static or a script, and still prints the others.
  const listing = await runCommand('sh', [
    '-c',
    'ldd "$@" 2>/dev/null; true',
    'ldd',
    ...binaries.map((path) => realpathSync(path)),
  ]);
  const libraries = new Set<string>();
  for (const [, found] of listing.matchAll(/^\s+(?:\S+ => )?(\/\S+) \(0x/gm)) if (found) libraries.add(found);
  const lost = /^\s+(\S+) => not found/m.exec(listing)?.[1];
  if (lost !== undefined)
    throw new Error(`A binary for the guest needs ${lost}, which this machine does not have: ${binaries.join(' ')}`);
  return [...libraries].sort();
}
