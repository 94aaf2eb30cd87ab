import type { Allocation, ImageState } from '../../model/image.ts';
import type { PoolState } from '../../model/pool.ts';
import type { ThinPool } from '../../model/volumes.ts';
import { readMountedAt } from '../../pool/mounted-at.ts';
import { refreshPools } from '../../pool/pools.ts';
import type { Allocations } from '../../ports/allocations.ts';
import type { Clock } from '../../ports/clock.ts';
import type { HostFiles } from '../../ports/host-files.ts';
import { type Surveyed, statesIn } from './surveyed.ts';

/** What the pools and images of a survey hold, some time after it. */
export interface Levels {
  /** UTC, milliseconds. */
  readonly takenAt: number;
  /** By the path of the image; one that could not be read is left out. */
  readonly allocations: ReadonlyMap<string, Allocation>;
  readonly pools: readonly PoolState[];
  /** Each that was there at the survey has a level. */
  readonly isWhole: boolean;
}

export interface LevelsDeps {
  readonly clock: Pick<Clock, 'now'>;
  readonly files: Pick<HostFiles, 'space' | 'readText'>;
  readonly allocations: Allocations;
  /** As they are now. */
  sampleThinPools(): Promise<readonly ThinPool[]>;
}

/**
 * Reads nothing but levels: a stat an image, a statfs a pool, and a process or two for all volumes of one kind. What
 * hangs has none, and keeps nobody from the others; nor has a pool in whose place another filesystem is mounted, or none. An image of Ceph is left to the surveys: there `rbd du` goes through
 * each object of it.
 */
export async function readLevels(deps: LevelsDeps, surveyed: Surveyed): Promise<Levels> {
  const { clock, files } = deps;
  const { pools, holdings } = surveyed;
  const images = listSampled(surveyed);
  const isThin = pools.some(({ kind }) => kind === 'lvm-thin');
  const [found, thinPools] = await Promise.all([
    deps.allocations.read(images),
    isThin ? deps.sampleThinPools() : Promise.resolve([]),
  ]);
  const allocations = new Map([...found].filter(([, { allocationBytes }]) => allocationBytes !== null));
  const answered = await refreshPools({ files, pools, holdings, thinPools, allocations });
  // Afterwards: what was mounted or unmounted while it was asked is seen.
  const mounted = await readMountedAt({ files, places: pools.map(({ key }) => key) });
  const refreshed = answered.filter(({ key }) => mounted.get(key) === surveyed.mounted.get(key));
  const isWhole = allocations.size === images.length && refreshed.length === pools.length;
  return { takenAt: clock.now(), allocations, pools: refreshed, isWhole };
}

/** What a survey found itself, of all that has no level among these. */
export function levelsLeftToSurvey(surveyed: Surveyed, levels: Levels): Levels {
  const known = new Set(levels.pools.map(({ key }) => key));
  const states = statesIn(surveyed.reading).filter(({ path }) => !levels.allocations.has(path));
  const allocations = states.map((state) => [state.path, { ...state, poolFreeBytes: null }] as const);
  const pools = surveyed.pools.filter(({ key }) => !known.has(key));
  return { takenAt: surveyed.takenAt, allocations: new Map(allocations), pools, isWhole: true };
}

/** Each once, however many guests have it. */
function listSampled({ reading }: Surveyed): readonly ImageState[] {
  const sampled = statesIn(reading).filter(({ kind, allocationBytes }) => allocationBytes !== null && kind !== 'rbd');
  return [...new Map(sampled.map((state) => [state.path, state])).values()];
}
