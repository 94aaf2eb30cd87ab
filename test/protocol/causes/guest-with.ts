import { type Disk, type Filesystem, type Inventory, inventorySchema, type Layer } from '@trimtab/protocol';
import * as v from 'valibot';

const MIB = 1024 ** 2;
const SIZE_BYTES = 1024 * MIB;

export const TAKES = { granularityBytes: 4096, maxBytes: 1024 * MIB, maxHwBytes: 1024 * MIB, alignmentBytes: 0 };
export const REFUSES = { granularityBytes: 0, maxBytes: 0, maxHwBytes: 0, alignmentBytes: 0 };

type SomeLayer = Partial<Omit<Layer, 'below'>> & Pick<Layer, 'name'> & { readonly below?: readonly string[] };

interface Parts {
  readonly filesystems?: readonly Partial<Filesystem>[];
  readonly layers?: readonly SomeLayer[];
  readonly disks?: readonly (Partial<Disk> & Pick<Disk, 'name'>)[];
  readonly swaps?: Inventory['swaps'];
  readonly fstrimTimer?: Inventory['fstrimTimer'];
  readonly unreached?: Inventory['unreached'];
  readonly hasFstrim?: Inventory['hasFstrim'];
}

/** A guest that has only what a cause asks for; as the wire would carry it. One ext4 on sda, unless more is said. */
export function guestWith({
  filesystems = [{}],
  layers = [],
  disks,
  swaps = [],
  fstrimTimer = null,
  unreached = null,
  hasFstrim = null,
}: Parts): Inventory {
  const all = layers.some(({ name }) => name === 'sda') ? layers : [...layers, { name: 'sda' }];
  return v.parse(inventorySchema, {
    takenAt: 0,
    filesystems: filesystems.map(filesystem),
    layers: all.map(layer),
    disks: (disks ?? all.filter(isDisk).map(({ name }) => ({ name }))).map(disk),
    swaps: [...swaps],
    fstrimTimer,
    unreached,
    hasFstrim,
    facts: null,
  });
}

function isDisk({ kind = 'disk' }: Pick<SomeLayer, 'kind'>): boolean {
  return kind === 'disk' || kind === 'loop';
}

function filesystem(known: Partial<Filesystem>): Filesystem {
  return {
    mount: '/srv',
    alsoMountedAt: [],
    kind: 'ext4',
    source: '/dev/sda',
    devices: ['sda'],
    sizeBytes: SIZE_BYTES,
    usedBytes: 0,
    blockBytes: 4096,
    tooSmallBytes: null,
    inFstab: true,
    discardsOnline: false,
    obstacle: null,
    ...known,
  };
}

function layer({ below = [], ...known }: SomeLayer): Layer {
  return {
    kind: 'disk',
    label: null,
    below: [...below],
    sizeBytes: SIZE_BYTES,
    readOnly: false,
    discard: TAKES,
    mapperUuid: null,
    thinDiscards: null,
    mapperTable: null,
    ...known,
  };
}

function disk(known: Partial<Disk> & Pick<Disk, 'name'>): Disk {
  return {
    sizeBytes: SIZE_BYTES,
    driver: 'sd',
    model: 'QEMU HARDDISK',
    serial: null,
    wwn: null,
    pciAddress: null,
    pciPath: null,
    scsiAddress: null,
    backingFile: null,
    backingMount: null,
    provisioningMode: null,
    ...known,
  };
}
