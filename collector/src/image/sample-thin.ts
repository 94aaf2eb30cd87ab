import type { ImageState } from '../model/image.ts';
import type { Volumes } from '../model/volumes.ts';
import type { Commands } from '../ports/commands.ts';
import type { HostFiles } from '../ports/host-files.ts';
import type { AllocationRow } from './allocation-row.ts';
import { DMSETUP_STATUS } from './lvm.ts';
import { parseMapperStatus } from './mapper-status.ts';
import { runReport } from './run-report.ts';

/** One `dmsetup status` for all thin volumes together. */
export async function sampleThin({
  files,
  commands,
  volumes: { volumes, thinPools },
  images,
}: {
  files: HostFiles;
  commands: Commands;
  volumes: Volumes;
  images: readonly ImageState[];
}): Promise<AllocationRow[]> {
  if (images.length === 0) return [];
  const names = new Map(volumes.map(({ number, mapperName }) => [number, mapperName]));
  const pools = new Map(thinPools.map((pool) => [pool.key, pool]));
  const report = await runReport({ commands, file: 'dmsetup', args: DMSETUP_STATUS });
  const status = parseMapperStatus(report.kind === 'report' ? report.stdout : '');
  return Promise.all(
    images.map(async ({ path, at, dataFile = at, pool, physicalBytes }): Promise<AllocationRow> => {
      const number = (await files.status(dataFile))?.deviceNumber ?? null;
      const allocationBytes = status.thin.get(names.get(number ?? '') ?? '') ?? null;
      const home = pools.get(pool ?? '');
      const used = status.pools.get(home?.mapperName ?? '')?.usedChunks;
      const poolFreeBytes = home === undefined || used === undefined ? null : home.sizeBytes - used * home.chunkBytes;
      return [path, { allocationBytes, physicalBytes: number === null ? null : physicalBytes, poolFreeBytes }];
    }),
  );
}
