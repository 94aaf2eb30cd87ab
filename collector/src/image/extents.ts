import type { Extents } from '../model/image.ts';
import type { Commands } from '../ports/commands.ts';

/** btrfs walks back references for every extent to know whether it is shared: of a large image the answer may take minutes. */
const TIMEOUT_MS = 2_000;

/**
 * What FIEMAP says of a file, by `filefrag -v` (e2fsprogs), which prints an extent a line: number, logical, physical, length in
 * blocks, what was expected, and flags. Null where it is not installed, the filesystem has no FIEMAP, or time runs out.
 */
export async function readExtents({ commands, path }: { commands: Commands; path: string }): Promise<Extents | null> {
  const result = await commands.run({ file: 'filefrag', args: ['-v', '-b1024', path], timeoutMs: TIMEOUT_MS });
  return result.kind === 'ended' && result.exitCode === 0 ? parseExtents(result.stdout) : null;
}

const BLOCK_BYTES = 1024;

/** Null for a text without a table of extents. */
function parseExtents(text: string): Extents | null {
  if (!/^ ext: /m.test(text)) return null;
  let sharedBytes = 0;
  let unwrittenBytes = 0;
  for (const [, blocks = '', rest = ''] of text.matchAll(/^ *\d+: +\d+\.\. *\d+: +\d+\.\. *\d+: +(\d+):(.*)$/gm)) {
    const flags = rest
      .replace(/^ *\d+:/, '')
      .trim()
      .split(',');
    const bytes = Number(blocks) * BLOCK_BYTES;
    if (flags.includes('shared')) sharedBytes += bytes;
    if (flags.includes('unwritten')) unwrittenBytes += bytes;
  }
  return { sharedBytes, unwrittenBytes };
}
