import { type Layer, type LayerKind, LIST_LIMIT, MOST_BELOW } from '@trimtab/protocol';
import type { InsideDisk, InsideFilesystem } from '../model/guest-agent.ts';
import { toBase } from './whole-disks.ts';

/** A filesystem with the whole disks below it, by name. */
export interface OnDisks {
  readonly first: InsideFilesystem;
  readonly below: readonly string[];
}

/**
 * What stands between filesystems and whole disks, as far as it is told: the list of disks has what each stands on;
 * without it, a filesystem's device stands on its disks, and whatever is between them is not known.
 */
export function toLayers({
  disks,
  wholes,
  mounted,
}: {
  disks: readonly InsideDisk[];
  wholes: readonly string[];
  mounted: readonly OnDisks[];
}): Layer[] {
  const layers = new Map<string, Layer>();
  const add = (layer: Told) => {
    if (layers.size < LIST_LIMIT && !layers.has(layer.name)) layers.set(layer.name, { ...UNTOLD_OF_LAYER, ...layer });
  };
  for (const name of wholes) add({ name, kind: 'disk', label: null, below: [] });
  const listed = new Map(disks.map((disk) => [toBase(disk.name), disk]));
  for (const { first, below } of mounted) {
    const name = toBase(first.name);
    if (name === '' || below.length === 0) continue;
    const told = findTold(name, listed);
    // Where the list does not lead down to every disk that is told below the filesystem, it is not followed.
    const reached = new Set(told.map(({ disk }) => toBase(disk.name)));
    const isWhole = below.every((disk) => reached.has(disk));
    const isNew = ({ disk }: Listed) => !layers.has(toBase(disk.name));
    if (isWhole) for (const one of told.filter(isNew)) add(toListed(one));
    else add({ name, kind: toKind(name), label: null, below: below.filter((disk) => disk !== name) });
  }
  return [...layers.values()];
}

type Told = Pick<Layer, 'name' | 'kind' | 'label' | 'below'>;

const UNTOLD_OF_LAYER = {
  sizeBytes: null,
  readOnly: false,
  discard: { granularityBytes: null, maxBytes: null, maxHwBytes: null, alignmentBytes: null },
  mapperUuid: null,
  thinDiscards: null,
  mapperTable: null,
} as const;

interface Listed {
  readonly disk: InsideDisk;
  readonly kind: LayerKind;
}

/** This one and all that it stands on; no more is followed than of what an agent tells. */
function findTold(name: string, listed: ReadonlyMap<string, InsideDisk>): readonly Listed[] {
  const found = new Map<string, Listed>();
  // A set keeps the order of what was added, and a loop over it goes on to what is added meanwhile.
  const names = new Set([name]);
  for (const each of names) {
    const disk = listed.get(each);
    if (disk === undefined) continue;
    found.set(each, { disk, kind: disk.isPartition ? 'partition' : toKind(each) });
    for (const below of disk.dependencies) {
      if (names.size >= MOST_BELOW) break;
      names.add(toBase(below));
    }
  }
  return [...found.values()];
}

function toListed({ disk, kind }: Listed): Told {
  return {
    name: toBase(disk.name),
    kind,
    label: disk.mapperName === null ? null : `/dev/mapper/${disk.mapperName}`,
    below: disk.dependencies.map(toBase),
  };
}

/** By the kernel's own names. */
function toKind(name: string): LayerKind {
  if (name.startsWith('dm-')) return 'dm';
  if (/^md\d/.test(name)) return 'md';
  if (name.startsWith('loop')) return 'loop';
  return /\d$/.test(name) && !/^(?:nvme\d+n|mmcblk|nbd)\d+$/.test(name) ? 'partition' : 'disk';
}
