import type { ImageState } from '../model/image.ts';
import type { PoolFacts } from '../model/pool.ts';
import type { Commands } from '../ports/commands.ts';

/** Nothing waits for it so long; a filesystem that does not answer is not asked for ever. */
export const TIMEOUT_MS = 10 * 60_000;

/**
 * btrfs(5), `commit`: what a file gives up is free for others only after the next commit of the whole filesystem, up to
 * 30 s later.
 */
export function countsAtCommit({ kind }: Pick<PoolFacts, 'kind'>): boolean {
  return kind === 'btrfs';
}

/**
 * Has the filesystem that stores what the guest wrote write all that is not on its disk yet, and commit: `sync -f`,
 * which is syncfs(2). False where it failed.
 */
export async function commitPool({
  commands,
  image: { at, dataFile = at },
}: {
  commands: Commands;
  image: Pick<ImageState, 'at' | 'dataFile'>;
}): Promise<boolean> {
  const result = await commands.run({ file: 'sync', args: ['-f', dataFile], timeoutMs: TIMEOUT_MS });
  return result.kind === 'ended' && result.exitCode === 0;
}
