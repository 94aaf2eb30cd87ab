import type { ThinPool } from '../model/volumes.ts';
import type { Commands } from '../ports/commands.ts';
import { DMSETUP_STATUS } from './lvm.ts';
import { parseMapperStatus } from './mapper-status.ts';
import { runReport } from './run-report.ts';

/** These pools as device-mapper counts them now, in one process; one that it does not tell of is left out. */
export async function sampleThinPools({
  commands,
  thinPools,
}: {
  commands: Commands;
  thinPools: readonly ThinPool[];
}): Promise<readonly ThinPool[]> {
  if (thinPools.length === 0) return [];
  const report = await runReport({ commands, file: 'dmsetup', args: DMSETUP_STATUS });
  const { pools } = parseMapperStatus(report.kind === 'report' ? report.stdout : '');
  return thinPools.flatMap((pool) => {
    const count = pools.get(pool.mapperName);
    if (count === undefined) return [];
    const { usedChunks, totalChunks, metadata } = count;
    // The size that LVM tells may end within a chunk. A pool that grew has another number of them.
    const isSame = Math.floor(pool.sizeBytes / pool.chunkBytes) === totalChunks;
    const sizeBytes = isSame ? pool.sizeBytes : totalChunks * pool.chunkBytes;
    return [{ ...pool, sizeBytes, usedBytes: usedChunks * pool.chunkBytes, metadata }];
  });
}
