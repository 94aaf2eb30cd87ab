import type { Allocation, ImageState } from '../model/image.ts';
import type { Volumes } from '../model/volumes.ts';
import type { Allocations } from '../ports/allocations.ts';
import type { Commands } from '../ports/commands.ts';
import type { FileStatus, HostFiles } from '../ports/host-files.ts';
import { locateImage } from './locate.ts';
import { DMSETUP_STATUS } from './lvm.ts';
import { parseMapperStatus } from './mapper-status.ts';
import { toZvolName } from './measure.ts';
import { readRbdUsage } from './rbd-usage.ts';
import { runReport } from './run-report.ts';
import { readZvols } from './zvols.ts';

/** Looks under way at a time: libuv has 4 threads for them, and a few more must wait at its door to keep these busy. */
const LOOKS_AT_ONCE = 64;

type Row = readonly [string, Allocation];

/**
 * The steady sampler (`Allocations`). Names of volumes and the chunk size of pools are those of the last inspection: what a
 * sample needs besides is one number an image.
 */
export function createAllocations(deps: {
  readonly files: HostFiles;
  readonly commands: Commands;
  lastVolumes(): Volumes;
}): Allocations {
  const { files, commands, lastVolumes } = deps;
  return {
    async read(images) {
      const of = (kind: ImageState['kind']) =>
        images.filter((image) => image.kind === kind && image.unmeasured === null);
      const rows = await Promise.all([
        sampleFiles(of('file')),
        sampleThin(of('thin-volume')),
        sampleZvols(of('zvol')),
        sampleRbd(of('rbd')),
      ]);
      return new Map([...images.map(({ path }) => [path, NOTHING] as const), ...rows.flat()]);
    },
  };

  async function sampleFiles(images: readonly ImageState[]): Promise<Row[]> {
    // statfs of an image answers for the filesystem it is in, even where something else is mounted over its mount point.
    const first = new Map(images.map(({ pool, path }) => [pool, path]));
    const spaces = Promise.all(
      [...first].map(async ([pool, path]) => [pool, (await files.space(path))?.freeBytes ?? null] as const),
    );
    const statuses: (FileStatus | null)[] = [];
    let next = 0;
    const lookOn = async () => {
      for (let index = next++; index < images.length; index = next++) {
        const image = images[index];
        if (image !== undefined) statuses[index] = await files.status(image.path);
      }
    };
    await Promise.all(Array.from({ length: Math.min(LOOKS_AT_ONCE, images.length) }, lookOn));
    const free = new Map(await spaces);
    return images.map(({ path, pool }, index): Row => {
      const { allocationBytes = null, physicalBytes = null } = statuses[index] ?? {};
      return [path, { allocationBytes, physicalBytes, poolFreeBytes: free.get(pool) ?? null }];
    });
  }

  async function sampleThin(images: readonly ImageState[]): Promise<Row[]> {
    if (images.length === 0) return [];
    const { volumes, thinPools } = lastVolumes();
    const names = new Map(volumes.map(({ number, mapperName }) => [number, mapperName]));
    const pools = new Map(thinPools.map((pool) => [pool.key, pool]));
    const { stdout } = await runReport({ commands, file: 'dmsetup', args: DMSETUP_STATUS });
    const status = parseMapperStatus(stdout ?? '');
    return Promise.all(
      images.map(async ({ path, pool, physicalBytes }): Promise<Row> => {
        const number = (await files.status(path))?.deviceNumber ?? null;
        const allocationBytes = status.thin.get(names.get(number ?? '') ?? '') ?? null;
        const home = pools.get(pool ?? '');
        const used = status.pools.get(home?.mapperName ?? '')?.usedChunks;
        const poolFreeBytes = home === undefined || used === undefined ? null : home.sizeBytes - used * home.chunkBytes;
        return [path, { allocationBytes, physicalBytes: number === null ? null : physicalBytes, poolFreeBytes }];
      }),
    );
  }

  async function sampleZvols(images: readonly ImageState[]): Promise<Row[]> {
    if (images.length === 0) return [];
    const { byName } = await readZvols({ commands });
    return Promise.all(
      images.map(async ({ path }): Promise<Row> => {
        const zvol = (await files.status(path)) === null ? undefined : byName.get(toZvolName(path) ?? '');
        if (zvol === undefined) return [path, NOTHING];
        return [path, { allocationBytes: zvol.usedBytes, physicalBytes: zvol.volumeBytes, poolFreeBytes: null }];
      }),
    );
  }

  /** One process a Ceph pool. */
  async function sampleRbd(images: readonly ImageState[]): Promise<Row[]> {
    const places = await Promise.all(images.map(({ path }) => locateRbd(files, path)));
    const pools = [...new Set(places.flatMap((place) => (place === null ? [] : [place.pool])))];
    const usages = new Map(
      await Promise.all(pools.map(async (pool) => [pool, await readRbdUsage({ commands, pool })] as const)),
    );
    return images.map(({ path }, index): Row => {
      const place = places[index] ?? null;
      const usage = place === null ? undefined : usages.get(place.pool)?.byName.get(place.image);
      if (usage === undefined) return [path, NOTHING];
      return [path, { allocationBytes: usage.usedBytes, physicalBytes: usage.capacityBytes, poolFreeBytes: null }];
    });
  }
}

async function locateRbd(files: HostFiles, image: string) {
  if (image.startsWith('/') && (await files.status(image)) === null) return null;
  const place = await locateImage({ files, disk: { image, storage: image.startsWith('/') ? 'block' : 'network' } });
  return place.kind === 'rbd' ? place : null;
}

const NOTHING: Allocation = { allocationBytes: null, physicalBytes: null, poolFreeBytes: null };
