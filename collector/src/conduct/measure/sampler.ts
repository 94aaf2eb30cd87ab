import type { DiskPath } from '../../model/disk-path.ts';
import type { Extents, HeldParts, ImageState } from '../../model/image.ts';
import type { Qcow2Tables } from '../../model/qcow2-tables.ts';
import type { Sampled } from '../../model/sample.ts';
import { countsAtCommit } from '../../pool/commit-pool.ts';
import type { Allocations } from '../../ports/allocations.ts';
import type { Qmp } from '../../ports/qmp.ts';
import { type AllocationReading, isSameAllocation, readAllocations } from './allocation-reading.ts';
import { askCounters } from './ask-counters.ts';
import { type CommitDeps, type Commits, commitPools } from './commit-pools.ts';
import { joinSamples } from './join-samples.ts';
import { isMeasured, type KnownDisk, onlyKnown, toImages } from './known-disks.ts';
import { readAllExtents, readAllHeldParts } from './read-all-extents.ts';
import { readAllTables } from './read-all-tables.ts';
import { type Settled, settle } from './settle.ts';

/** What the host can measure of the disks of one guest, or of several. */
export interface Sampler {
  /**
   * The state of each disk now, before the first discard of a trim; with the tables of its image where no trim will
   * show them.
   */
  now(paths: readonly DiskPath[], sampling?: { readonly withTables: boolean }): Promise<Sampled>;
  /** What shows whether discards arrive while a trim runs: the counters and the allocation of each disk, nothing else. */
  meanwhile(paths: readonly DiskPath[]): Promise<Sampled['samples']>;
  /** The state of each disk after the last discard: its allocation is read until it holds still, or the limit comes. */
  settled(paths: readonly DiskPath[]): Promise<Sampled>;
  /**
   * The state of each disk by what its path has just been found with: where nothing was measured before, nothing is
   * compared with it, and its allocation need not be read again and again.
   */
  asFound(paths: readonly DiskPath[]): Promise<Sampled>;
}

export interface SamplerDeps extends CommitDeps {
  readonly allocations: Allocations;
  readonly qmp: Pick<Qmp, 'ask'>;
  /** A process an image; null where it cannot be told. */
  readExtents(image: ImageState): Promise<Extents | null>;
  /** Some processes an image; null where it cannot be told. */
  readHeldParts(image: ImageState): Promise<HeldParts | null>;
  /** A walk through a qcow2 image's tables, bounded; null for any other. */
  readTables(image: ImageState): Promise<Qcow2Tables | null>;
  /** May libvirt be asked for QEMU's counters, which notes on the domain that somebody asked? */
  readonly mayTaint: boolean;
}

/**
 * QEMU is asked on the outer side of the allocation, before it is read ahead of a trim and after it is read behind one:
 * what the guest writes between the two is then in `writtenBytes` as well as in the allocation, and can be told apart
 * from what a trim did.
 */
export function createSampler(deps: SamplerDeps): Sampler {
  const { clock, allocations } = deps;
  const read = (images: readonly ImageState[]) => readAllocations({ clock, allocations, images });

  /** Of pools that count only at their commit, what counts is what they say after it. */
  async function readCommitted(disks: readonly KnownDisk[], settled: ReadonlyMap<string, Settled<AllocationReading>>) {
    const commits = await commitPools(deps, disks);
    const images = toImages(disks.filter(({ pool }) => pool !== null && countsAtCommit(pool)));
    if (images.length === 0) return { commits, settled };
    const readings = await read(images.filter(({ path }) => settled.has(path)));
    const committed = [...readings].map(([path, reading]) => {
      const still = settled.get(path)?.still ?? true;
      return [path, { first: reading, last: reading, still }] as const;
    });
    return { commits, settled: new Map([...settled, ...committed]) };
  }

  /** The last of a measurement: QEMU, and what a process tells of an image. */
  async function complete(
    disks: readonly KnownDisk[],
    {
      settled,
      commits,
    }: { readonly settled: ReadonlyMap<string, Settled<AllocationReading>>; readonly commits: Commits },
  ): Promise<Sampled> {
    const counters = await askCounters(deps, disks);
    const extents = await readAllExtents(deps, disks);
    const heldParts = await readAllHeldParts(deps, disks);
    const tables = await readAllTables(deps, disks);
    return joinSamples({ clock, disks, settled, counters, extents, heldParts, tables, commits });
  }

  async function toSettled(paths: readonly DiskPath[]): Promise<Sampled> {
    const disks = onlyKnown(paths);
    const images = toImages(disks);
    const still = await settle({
      watched: images.filter(isMeasured).map(({ path, lagMs }) => ({ key: path, lagMs })),
      read: (keys) => read(images.filter(({ path }) => keys.includes(path))),
      isSame: isSameAllocation,
      clock,
      limitMs: deps.settleLimitMs,
    });
    return complete(disks, await readCommitted(disks, still));
  }

  return {
    settled: toSettled,
    async asFound(paths) {
      const disks = onlyKnown(paths);
      const images = toImages(disks).filter(isMeasured);
      // What such a filesystem tells is of some seconds ago, before the trim.
      if (images.some(({ lagMs }) => lagMs > 0)) return toSettled(paths);
      const takenAt = clock.now();
      const readings = images.map(({ path, allocationBytes, physicalBytes }) => {
        return [path, toStill({ allocationBytes, physicalBytes, poolFreeBytes: null, takenAt })] as const;
      });
      return complete(disks, { settled: new Map(readings), commits: NOTHING_MORE.commits });
    },
    async meanwhile(paths) {
      const disks = onlyKnown(paths);
      const counters = await askCounters(deps, disks);
      const readings = await read(toImages(disks));
      const settled = new Map([...readings].map(([path, reading]) => [path, toStill(reading)]));
      return joinSamples({ clock, disks, settled, counters, ...NOTHING_MORE }).samples;
    },
    async now(paths, { withTables } = { withTables: false }) {
      const disks = onlyKnown(paths);
      const commits = await commitPools(deps, disks);
      const extents = await readAllExtents(deps, disks);
      const tables = withTables ? await readAllTables(deps, disks) : new Map();
      const counters = await askCounters(deps, disks);
      const readings = await read(toImages(disks));
      const settled = new Map([...readings].map(([path, reading]) => [path, toStill(reading)]));
      return joinSamples({ clock, disks, settled, counters, extents, heldParts: new Map(), tables, commits });
    },
  };
}

const toStill = (reading: AllocationReading): Settled<AllocationReading> => ({
  first: reading,
  last: reading,
  still: true,
});

const NOTHING_MORE = {
  extents: new Map(),
  heldParts: new Map(),
  tables: new Map(),
  commits: { uncommitted: new Set<string>(), outstanding: null },
} as const;
