import type { ImageKind, ImageState } from '../model/image.ts';
import type { LogicalVolume, Volumes } from '../model/volumes.ts';
import type { Place } from './locate.ts';
import type { RbdUsages } from './rbd-usage.ts';
import type { Zvols } from './zvols.ts';

/** What a place says of the image in it, whatever its header says. */
export type Measured = Pick<
  ImageState,
  'kind' | 'allocationBytes' | 'physicalBytes' | 'unmeasured' | 'pool' | 'lagMs' | 'sharedWith'
> & {
  /** The logical size, where the place has one of its own. */
  readonly sizeBytes: number | null;
};

/** The tools' reports for one look at all images; those of tools that no image needs are not made. */
export interface Reports {
  readonly volumes: Volumes | null;
  readonly zvols: Zvols | null;
  readonly rbd: ReadonlyMap<string, RbdUsages>;
}

/** dm-thin counts what was given back when it commits, once a second (COMMIT_PERIOD, drivers/md/dm-thin.c). */
const THIN_LAG_MS = 1_000;
/** zfs(4): zfs_txg_timeout. */
export const ZFS_LAG_MS = 5_000;

export function measure(place: Place, path: string, reports: Reports): Measured {
  switch (place.kind) {
    case 'file': {
      const { allocationBytes, physicalBytes } = place.status;
      const file = { allocationBytes, physicalBytes, sizeBytes: physicalBytes };
      return { kind: 'file', ...file, unmeasured: null, pool: null, lagMs: 0, sharedWith: [] };
    }
    case 'device':
      return measureDevice(place, path, reports);
    case 'rbd': {
      const usages = reports.rbd.get(place.pool);
      const usage = usages?.byName.get(place.image);
      const why = usages?.unavailable ?? `rbd du does not list ${place.pool}/${place.image}`;
      if (usage === undefined) return unmeasured('rbd', null, `what it takes in Ceph is not known: ${why}`);
      const { capacityBytes, usedBytes } = usage;
      return {
        ...unmeasured('rbd', capacityBytes, ''),
        allocationBytes: usedBytes,
        unmeasured: null,
        lagMs: ZFS_LAG_MS,
      };
    }
    case 'network':
      return unmeasured(
        'other',
        null,
        `it is stored over the network (${place.protocol}), where this host cannot look`,
      );
  }
}

type Device = Extract<Place, { kind: 'device' }>;

function measureDevice(device: Device, path: string, { volumes, zvols }: Reports): Measured {
  if (device.name.startsWith('zd')) return measureZvol(device, path, zvols);
  if (!device.isLvm)
    return unmeasured(
      'block-device',
      device.sizeBytes,
      'it is a block device of its own: a discard goes into the device, and what becomes of it there this host cannot see',
    );
  const volume = volumes?.volumes.find(({ number }) => number === device.number);
  if (volume === undefined) {
    const why = volumes?.unavailable ?? 'lvs does not list it';
    return unmeasured('other', device.sizeBytes, `it is a logical volume, and of what kind is not known: ${why}`);
  }
  return volume.kind === 'thin' ? measureThin(volume) : unmeasured('thick-volume', volume.sizeBytes, THICK);
}

const THICK =
  'it is a thick logical volume: all of its space is set aside for it, and a discard changes nothing that this host can see';

function measureThin({ sizeBytes, mappedBytes, pool, sharedWith }: LogicalVolume): Measured {
  return {
    kind: 'thin-volume',
    sizeBytes,
    physicalBytes: sizeBytes,
    allocationBytes: mappedBytes,
    unmeasured: mappedBytes === null ? 'neither dmsetup nor lvs says what it has mapped' : null,
    pool,
    lagMs: THIN_LAG_MS,
    sharedWith,
  };
}

function measureZvol(device: Device, path: string, zvols: Zvols | null): Measured {
  const name = toZvolName(path);
  const zvol = name === null ? undefined : zvols?.byName.get(name);
  const usedBytes = zvol?.usedBytes ?? null;
  const sizeBytes = zvol?.volumeBytes ?? device.sizeBytes;
  if (usedBytes !== null)
    return { ...unmeasured('zvol', sizeBytes, ''), allocationBytes: usedBytes, unmeasured: null, lagMs: ZFS_LAG_MS };
  const why =
    name === null ? 'its path does not begin with /dev/zvol' : (zvols?.unavailable ?? `zfs get does not list ${name}`);
  return unmeasured('zvol', sizeBytes, `it is a ZFS volume, and what it takes is not known: ${why}`);
}

/** Its dataset, as udev's links name it. */
export function toZvolName(path: string): string | null {
  return /^\/dev\/zvol\/(.+)$/.exec(path)?.[1] ?? null;
}

function unmeasured(kind: ImageKind, sizeBytes: number | null, why: string): Measured {
  const nothing = { allocationBytes: null, pool: null, lagMs: 0, sharedWith: [] };
  return { kind, sizeBytes, physicalBytes: sizeBytes, unmeasured: why, ...nothing };
}
