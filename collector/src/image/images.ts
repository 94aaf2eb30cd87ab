import { dirname } from 'node:path/posix';
import { Fault } from '@trimtab/protocol/shared';
import type { HostDisk } from '../model/domain.ts';
import type { Extents, HeldParts, ImageState } from '../model/image.ts';
import type { ThinPool, Volumes } from '../model/volumes.ts';
import type { Allocations } from '../ports/allocations.ts';
import type { Clock } from '../ports/clock.ts';
import type { Commands } from '../ports/commands.ts';
import type { HostFiles } from '../ports/host-files.ts';
import { createAllocations } from './allocations.ts';
import { readExtents } from './extents.ts';
import { toPlainFacts } from './header-facts.ts';
import { readHeldParts } from './held-parts.ts';
import { toTooSlow } from './image-faults.ts';
import { locateImage, type Place, whereIs } from './locate.ts';
import { readVolumes } from './lvm.ts';
import { measure, type Reports } from './measure.ts';
import { readRbdUsage } from './rbd-usage.ts';
import { createHeaderReader } from './read-header.ts';
import { sampleThinPools } from './sample-thin-pools.ts';
import { readZvols } from './zvols.ts';

/**
 * An image, or why it could not be read: a Fault `image-gone`, `image-unreadable`, `bad-image-path`, `unsafe-image`,
 * `no-qemu-img`.
 */
export type ImageRead =
  | {
      readonly kind: 'read';
      readonly image: ImageState;
      /** st_dev of the image; null where it is no file of this host. */
      readonly device: number | null;
    }
  | { readonly kind: 'refused'; readonly fault: Fault };

export interface ImagesRead {
  /** In the order of the disks. */
  readonly reads: readonly ImageRead[];
  /** Every thin pool of this host, where an image made it worth asking. */
  readonly thinPools: readonly ThinPool[];
}

export interface Images extends Allocations {
  /**
   * What stands behind these disks. Each tool is asked once for all, and only if one of them needs it. `pool` is set
   * for thin volumes only: in which filesystem a file lies is for the pools to say.
   */
  inspect(disks: readonly HostDisk[]): Promise<ImagesRead>;
  /** The thin pools of the last inspection that had any, as they are now. */
  sampleThinPools(): Promise<readonly ThinPool[]>;
  /** What FIEMAP says of an image file; null for anything else, and where filefrag(8) cannot tell in time. */
  readExtents(image: Pick<ImageState, 'kind' | 'at' | 'dataFile'>): Promise<Extents | null>;
  /** Of an image file on btrfs; null where nobody can tell. */
  readHeldParts(image: Pick<ImageState, 'at' | 'dataFile' | 'pool'>): Promise<HeldParts | null>;
}

/** For one image: its header, those below it, and qemu-img, which has ten seconds of its own. */
export const PATIENCE_MS = 15_000;

export function createImages({
  files,
  commands,
  clock,
}: {
  files: HostFiles;
  commands: Commands;
  clock: Pick<Clock, 'after'>;
}): Images {
  const readHeader = createHeaderReader({ files, commands });
  let volumes: Volumes = { volumes: [], thinPools: [], unavailable: null };
  const { read } = createAllocations({ files, commands, lastVolumes: () => volumes });

  async function inspect(disks: readonly HostDisk[]): Promise<ImagesRead> {
    const located = await Promise.all(
      disks.map(async (disk) => ({ disk, place: await orFault(() => locateImage({ files, disk })) })),
    );
    const places = located.flatMap(({ place }) => (place instanceof Fault ? [] : [place]));
    const reports = await readReports(commands, places);
    volumes = reports.volumes ?? volumes;
    const mayOpen = toPermission(disks);
    const reads = located.map(async ({ disk, place }): Promise<ImageRead> => {
      if (place instanceof Fault) return { kind: 'refused', fault: place };
      const image = await inTime({
        clock,
        path: disk.image,
        read: orFault(() => readImage({ disk, place, reports, mayOpen })),
      });
      if (image instanceof Fault) return { kind: 'refused', fault: image };
      return { kind: 'read', image, device: place.kind === 'file' ? place.status.device : null };
    });
    return { reads: countUsers(await Promise.all(reads)), thinPools: reports.volumes?.thinPools ?? [] };
  }

  async function readImage({
    disk,
    place,
    reports,
    mayOpen,
  }: {
    disk: HostDisk;
    place: Place;
    reports: Reports;
    mayOpen: (path: string) => boolean;
  }): Promise<ImageState> {
    const path = disk.image;
    const at = whereIs(disk);
    const identity = disk.opened?.kind === 'elsewhere' ? disk.opened.identity : null;
    const { sizeBytes, ...measured } = measure({ place, path, reports });
    if (place.kind === 'rbd' || place.kind === 'network' || place.kind === 'part' || place.kind === 'hidden') {
      const format = disk.format ?? 'raw';
      const capacityBytes = format === 'raw' ? sizeBytes : null;
      const { hasExternalData: _, externalData: __, ...facts } = toPlainFacts({ format, capacityBytes });
      return { path, at, identity, ...facts, ...measured, ...NO_BACKING };
    }
    const { status } = place;
    const { hasExternalData, externalData, ...facts } = await readHeader({
      path: at,
      named: toNameBeside(disk, path),
      format: disk.format,
      status,
      lengthBytes: sizeBytes,
      mayOpen,
    });
    const backingAllocationBytes = await sumAllocations(files, facts.backingChain);
    const backingUsers = facts.backingChain.length > 0 ? 1 : 0;
    const image = { path, at, identity, ...facts, ...measured, backingAllocationBytes, backingUsers };
    if (!hasExternalData) return image;
    const named = disk.dataFile === undefined || disk.dataFile === null ? null : toNameBeside(disk, disk.dataFile);
    const dataFile = named ?? (externalData !== null && isFollowed(externalData, mayOpen) ? externalData : null);
    if (dataFile === null) return { ...image, allocationBytes: null, unmeasured: EXTERNAL_DATA };
    const dataPlace = await locateImage({ files, disk: { image: dataFile, storage: 'file' } });
    const { sizeBytes: _, ...measuredData } = measure({ place: dataPlace, path: dataFile, reports });
    return { ...image, ...measuredData, dataFile };
  }

  return {
    inspect,
    read,
    sampleThinPools: () => sampleThinPools({ commands, thinPools: volumes.thinPools }),
    async readHeldParts({ at, dataFile = at, pool }) {
      const status = await files.status(dataFile);
      return status === null || pool === null ? null : readHeldParts({ commands, path: dataFile, pool, status });
    },
    readExtents: async ({ kind, at, dataFile = at }) =>
      kind === 'file' ? readExtents({ commands, path: dataFile }) : null,
  };
}

/** An image that takes too long loses itself, and keeps nobody from the others. */
function inTime<Value>({
  clock,
  path,
  read,
}: {
  clock: Pick<Clock, 'after'>;
  path: string;
  read: Promise<Value>;
}): Promise<Value | Fault> {
  return new Promise((resolve, reject) => {
    const stopWaiting = clock.after(PATIENCE_MS, () => resolve(toTooSlow({ path, limitMs: PATIENCE_MS })));
    read.then(resolve, reject).finally(stopWaiting);
  });
}

/** Null where one of them is gone or no file: a part of a sum is no sum. */
async function sumAllocations(files: HostFiles, paths: readonly string[]): Promise<number | null> {
  if (paths.length === 0) return null;
  const statuses = await Promise.all(paths.map((path) => files.status(path)));
  const sizes = statuses.flatMap((status) => (status?.isFile === true ? [status.allocationBytes] : []));
  return sizes.length < paths.length ? null : sizes.reduce((sum, bytes) => sum + bytes, 0);
}

/**
 * Among the images that were read here: whoever wants to count the users on a whole host must read all of its images.
 */
function countUsers(reads: readonly ImageRead[]): readonly ImageRead[] {
  const users = new Map<string, Set<string>>();
  for (const read of reads) {
    if (read.kind === 'refused') continue;
    const { backingChain, path } = read.image;
    for (const base of backingChain) users.set(base, (users.get(base) ?? new Set()).add(path));
  }
  return reads.map((read) => {
    if (read.kind === 'refused' || read.image.backingChain.length === 0) return read;
    const counts = read.image.backingChain.map((base) => users.get(base)?.size ?? 1);
    return { ...read, image: { ...read.image, backingUsers: Math.max(...counts) } };
  });
}

const NO_BACKING = { backingAllocationBytes: null, backingUsers: 0 };
/** QEMU looks for a relative name where it was started, which the header does not say. */
function isFollowed(name: string, mayOpen: (path: string) => boolean): boolean {
  return name.startsWith('/') && mayOpen(name);
}

const EXTERNAL_DATA = 'its header says that its data is in another file, and that file is not followed';

async function readReports(commands: Commands, places: readonly Place[]): Promise<Reports> {
  const isDevice = (test: (place: Extract<Place, { kind: 'device' }>) => boolean) =>
    places.some((place) => place.kind === 'device' && test(place));
  const cephPools = new Set(places.flatMap((place) => (place.kind === 'rbd' ? [place.pool] : [])));
  const [volumes, zvols, rbd] = await Promise.all([
    isDevice(({ isLvm }) => isLvm) ? readVolumes({ commands }) : null,
    isDevice(({ name }) => name.startsWith('zd')) ? readZvols({ commands }) : null,
    Promise.all([...cephPools].map(async (pool) => [pool, await readRbdUsage({ commands, pool })] as const)),
  ]);
  return { volumes, zvols, rbd: new Map(rbd) };
}

/** A backing file may be opened if a source named it, or if it lies beside an image that a source named. */
function toPermission(disks: readonly HostDisk[]): (path: string) => boolean {
  const paths = disks.flatMap((disk) => (disk.storage === 'network' ? [] : [toNameBeside(disk, disk.image)]));
  const named = new Set(paths);
  const folders = new Set(paths.map((path) => dirname(path)));
  return (path) => named.has(path) || (folders.has(dirname(path)) && !dirname(path).startsWith('/dev'));
}

/**
 * The name of a file of this disk among its neighbours: in the root of its QEMU where this host sees what that has open
 * only there.
 */
function toNameBeside({ opened }: HostDisk, path: string): string {
  const process = opened?.kind === 'elsewhere' ? /^\/proc\/\d+/.exec(opened.at)?.[0] : undefined;
  return process === undefined ? path : `${process}/root${path}`;
}

/** A Fault is an answer here: what one image has against it must not hide the others. */
async function orFault<Value>(work: () => Promise<Value>): Promise<Value | Fault> {
  try {
    return await work();
  } catch (error) {
    if (error instanceof Fault) return error;
    throw error;
  }
}
