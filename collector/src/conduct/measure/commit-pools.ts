import { sleep } from '@trimtab/protocol/shared';
import type { ImageState } from '../../model/image.ts';
import { countsAtCommit } from '../../pool/commit-pool.ts';
import type { Clock } from '../../ports/clock.ts';
import type { KnownDisk } from './known-disks.ts';

export interface CommitDeps {
  readonly clock: Clock;
  /**
   * Has the filesystem of an image commit; false where it failed. Null: nothing is to be written because somebody
   * measures.
   */
  readonly commitPool: ((image: ImageState) => Promise<boolean>) | null;
  readonly settleLimitMs: number;
}

export interface Commits {
  /**
   * Images, by path, whose pool counts only at its commit, and had not committed in time: its free space is that of
   * earlier.
   */
  readonly uncommitted: ReadonlySet<string>;
  /** Resolves when the last of these pools has; to false where one failed. Null where all have. */
  readonly outstanding: Promise<boolean> | null;
}

/** Has the pools commit that count what an image gave up only then. */
export async function commitPools(deps: CommitDeps, disks: readonly KnownDisk[]): Promise<Commits> {
  const { clock, commitPool, settleLimitMs } = deps;
  const late = disks.filter(({ image, pool }) => image.kind === 'file' && pool !== null && countsAtCommit(pool));
  const pools = Map.groupBy(late, ({ image }) => image.pool ?? image.path);
  if (commitPool === null || pools.size === 0) return { uncommitted: new Set(), outstanding: null };
  const started = [...pools.values()].map((group) => ({ group, done: commit(commitPool, group) }));
  const limit = sleep(clock, settleLimitMs);
  const waited = await Promise.all(
    started.map(async ({ group, done }) => ({
      group,
      done,
      isDone: await Promise.race([done, limit.then(() => null)]),
    })),
  );
  const behind = waited.filter(({ isDone }) => isDone !== true);
  return {
    uncommitted: new Set(behind.flatMap(({ group }) => group.map(({ image }) => image.path))),
    outstanding:
      behind.length === 0 ? null : Promise.all(behind.map(({ done }) => done)).then((all) => all.every(Boolean)),
  };
}

/** One image of a pool stands for it. */
async function commit(
  commitPool: NonNullable<CommitDeps['commitPool']>,
  [first]: readonly KnownDisk[],
): Promise<boolean> {
  return first !== undefined && commitPool(first.image);
}
