import type { ImageKind, ImageState } from '../model/image.ts';
import { RBD_LAG_MS, THIN_LAG_MS, ZFS_LAG_MS } from '../model/lag.ts';
import type { LogicalVolume, Volumes } from '../model/volumes.ts';
import type { Place } from './locate.ts';
import type { RbdUsages } from './rbd-usage.ts';
import { toZvolName, type Zvols } from './zvols.ts';

/** What a place says of the image in it, whatever its header says. */
export type Measured = Pick<
  ImageState,
  'kind' | 'allocationBytes' | 'physicalBytes' | 'unmeasured' | 'pool' | 'lagMs' | 'sharedWith'
> & {
  /** The logical size, where the place has one of its own. */
  readonly sizeBytes: number | null;
};

/** The tools' reports on all images at one moment; those of tools that no image needs are not made. */
export interface Reports {
  readonly volumes: Volumes | null;
  readonly zvols: Zvols | null;
  readonly rbd: ReadonlyMap<string, RbdUsages>;
}

export function measure({ place, path, reports }: { place: Place; path: string; reports: Reports }): Measured {
  switch (place.kind) {
    case 'file':
      return measured({
        kind: 'file',
        sizeBytes: place.status.physicalBytes,
        physicalBytes: place.status.physicalBytes,
        allocationBytes: place.status.allocationBytes,
      });
    case 'device':
      return measureDevice({ device: place, path, reports });
    case 'hidden':
      return unmeasured({ kind: 'other', sizeBytes: null, why: place.why });
    case 'rbd':
      return measureRbd(place, reports);
    case 'part':
      return unmeasured({
        kind: 'other',
        sizeBytes: null,
        why: 'the disk is a part of it, and what a part takes on the host cannot be measured',
      });
    case 'network':
      return unmeasured({
        kind: 'other',
        sizeBytes: null,
        why: `it is stored over the network (${place.protocol}), where this host cannot see`,
      });
  }
}

type Device = Extract<Place, { kind: 'device' }>;

function measureDevice({ device, path, reports }: { device: Device; path: string; reports: Reports }): Measured {
  const { sizeBytes } = device;
  if (device.name.startsWith('zd')) return measureZvol({ device, path, zvols: reports.zvols });
  if (!device.isLvm) return unmeasured({ kind: 'block-device', sizeBytes, why: OWN_DEVICE });
  const volume = reports.volumes?.volumes.find(({ number }) => number === device.number);
  if (volume === undefined) {
    const why = reports.volumes?.unavailable ?? 'lvs does not list it';
    return unmeasured({
      kind: 'other',
      sizeBytes,
      why: `it is a logical volume, and of what kind is not known: ${why}`,
    });
  }
  if (volume.kind === 'thick') return unmeasured({ kind: 'thick-volume', sizeBytes: volume.sizeBytes, why: THICK });
  return measureThin(volume);
}

const OWN_DEVICE =
  'it is a block device of its own: a discard goes into the device, and what becomes of it there this host cannot see';
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

function measureZvol({ device, path, zvols }: { device: Device; path: string; zvols: Zvols | null }): Measured {
  const name = toZvolName(path);
  const zvol = name === null ? undefined : zvols?.byName.get(name);
  const usedBytes = zvol?.usedBytes ?? null;
  const sizeBytes = zvol?.volumeBytes ?? device.sizeBytes;
  if (usedBytes !== null)
    return measured({
      kind: 'zvol',
      sizeBytes,
      physicalBytes: sizeBytes,
      allocationBytes: usedBytes,
      lagMs: ZFS_LAG_MS,
    });
  const why =
    name === null ? 'its path does not begin with /dev/zvol' : (zvols?.unavailable ?? `zfs get does not list ${name}`);
  return unmeasured({ kind: 'zvol', sizeBytes, why: `it is a ZFS volume, and what it takes is not known: ${why}` });
}

function measureRbd({ pool, image }: Extract<Place, { kind: 'rbd' }>, { rbd }: Reports): Measured {
  const usages = rbd.get(pool);
  const usage = usages?.byName.get(image);
  if (usage === undefined) {
    const why = usages?.unavailable ?? `rbd du does not list ${pool}/${image}`;
    return unmeasured({ kind: 'rbd', sizeBytes: null, why: `what it takes in Ceph is not known: ${why}` });
  }
  return measured({
    kind: 'rbd',
    sizeBytes: usage.capacityBytes,
    physicalBytes: usage.capacityBytes,
    allocationBytes: usage.usedBytes,
    lagMs: RBD_LAG_MS,
  });
}

/** Its pool is for others to say. */
function measured({
  kind,
  sizeBytes,
  physicalBytes,
  allocationBytes,
  lagMs = 0,
}: {
  kind: ImageKind;
  sizeBytes: number | null;
  physicalBytes: number | null;
  allocationBytes: number;
  lagMs?: number;
}): Measured {
  return { kind, sizeBytes, physicalBytes, allocationBytes, unmeasured: null, pool: null, lagMs, sharedWith: [] };
}

function unmeasured({ kind, sizeBytes, why }: { kind: ImageKind; sizeBytes: number | null; why: string }): Measured {
  return {
    kind,
    sizeBytes,
    physicalBytes: sizeBytes,
    allocationBytes: null,
    unmeasured: why,
    pool: null,
    lagMs: 0,
    sharedWith: [],
  };
}
