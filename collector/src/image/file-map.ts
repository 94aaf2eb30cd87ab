import type { Commands } from '../ports/commands.ts';

/**
 * btrfs walks back references for every extent to know whether it is shared: of a large image the answer may take
 * minutes.
 */
export const TIMEOUT_MS = 2_000;

/**
 * One extent of a file, in bytes. `physical` is where it is on the filesystem's device; on btrfs an address of its own.
 */
export interface FileExtent {
  readonly physical: number;
  readonly length: number;
  readonly flags: readonly string[];
}

/**
 * What FIEMAP says of a file, by `filefrag -v` (e2fsprogs), which prints an extent a line: number, logical, physical,
 * length in blocks, what was expected, and flags. Null where it is not installed, the filesystem has no FIEMAP, or time
 * runs out.
 */
export async function readFileMap({
  commands,
  path,
}: {
  commands: Commands;
  path: string;
}): Promise<readonly FileExtent[] | null> {
  const result = await commands.run({ file: 'filefrag', args: ['-v', '-b1024', path], timeoutMs: TIMEOUT_MS });
  return result.kind === 'ended' && result.exitCode === 0 ? parseFileMap(result.stdout) : null;
}

const BLOCK_BYTES = 1024;

/** Null for a text without a table of extents. */
export function parseFileMap(text: string): readonly FileExtent[] | null {
  if (!/^ ext: /m.test(text)) return null;
  const lines = text.matchAll(/^ *\d+: +\d+\.\. *\d+: +(\d+)\.\. *\d+: +(\d+):(.*)$/gm);
  return [...lines].map(([, physical = '', blocks = '', rest = '']) => ({
    physical: Number(physical) * BLOCK_BYTES,
    length: Number(blocks) * BLOCK_BYTES,
    flags: rest
      .replace(/^ *\d+:/, '')
      .trim()
      .split(','),
  }));
}
